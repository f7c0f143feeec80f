import { COUNTRIES, countryOf } from "./countries.ts";
import type { Country } from "./countries.ts";
import { seededRandom } from "./random.ts";
import type { SeededRandom } from "./random.ts";
import { DAY_MS, HOUR_MS, REFERENCE_MS } from "./reference.ts";

/** What orders must know of a user; `users.ts` adds the person. Instants are epoch ms. */
export interface Account {
  id: string;
  country: Country;
  locale: string | null;
  timeZone: string | null;
  createdAt: number;
  lastSeenAt: number | null;
  orderCount: number;
  /** Fewest lines in each order. */
  minLines: number;
  /** Whether the newest order is hours old, so that it can still be cancelled. */
  hasFreshOrder: boolean;
}

export const ACCOUNT_COUNT = 2_400;

/** Locales that no `Intl` knows or takes: an unknown language, a made-up region, a POSIX spelling. */
const ODD_LOCALES = ["tlh-KL", "qya-ME", "en_GB"] as const;

/** Users that demos and tests can count on; the README lists them. */
const SPECIAL: Readonly<Record<string, Partial<Account> & { country?: Country }>> = {
  1: { country: countryOf("GB"), orderCount: 12, hasFreshOrder: true },
  2: { country: countryOf("DE"), orderCount: 9, hasFreshOrder: true },
  3: { country: countryOf("JP"), orderCount: 7, hasFreshOrder: true },
  4: { country: countryOf("SA"), orderCount: 6, hasFreshOrder: true },
  5: { country: countryOf("GR"), orderCount: 8, hasFreshOrder: true },
  6: { country: countryOf("CN"), orderCount: 5, hasFreshOrder: true },
  7: { country: countryOf("DE"), orderCount: 64, minLines: 4, hasFreshOrder: true },
  8: { country: countryOf("FR"), orderCount: 0, hasFreshOrder: false },
  9: { country: countryOf("ES"), orderCount: 1, hasFreshOrder: false },
  10: { country: countryOf("US"), locale: "tlh-KL", orderCount: 4, hasFreshOrder: true },
  11: { country: countryOf("GB"), locale: null, timeZone: null, orderCount: 4, hasFreshOrder: true },
  12: { country: countryOf("IE"), orderCount: 10, hasFreshOrder: true },
  13: { country: countryOf("KW"), orderCount: 6, hasFreshOrder: true },
  14: { country: countryOf("IL"), orderCount: 6, hasFreshOrder: true },
  15: { country: countryOf("UA"), orderCount: 6, hasFreshOrder: true },
};

/** Every account, by id from "1" up: the same on every call. */
export function generateAccounts(): Account[] {
  const random = seededRandom(0xacc0);
  const countries = COUNTRIES.flatMap((country) => Array.from({ length: country.share }, () => country));
  return Array.from({ length: ACCOUNT_COUNT }, (_, index) =>
    generateAccount(String(index + 1), random, countries),
  );
}

function generateAccount(id: string, random: SeededRandom, countries: readonly Country[]): Account {
  const special = SPECIAL[id];
  const country = special?.country ?? random.pick(countries);
  const orderCount = special?.orderCount ?? drawOrderCount(random);
  const hasFreshOrder = orderCount > 0 && (special?.hasFreshOrder ?? random.chance(0.1));
  const isRegular = special === undefined;
  const hasLocale = !random.chance(0.015) || !isRegular;
  const isOddLocale = random.chance(0.01) && isRegular;
  const regular: Account = {
    id,
    country,
    locale: hasLocale ? (isOddLocale ? random.pick(ODD_LOCALES) : country.locale) : null,
    timeZone: hasLocale ? random.pick(country.timeZones) : null,
    createdAt: REFERENCE_MS - random.between(60, 2_900) * DAY_MS - random.between(0, DAY_MS - 1),
    lastSeenAt: drawLastSeen(random, orderCount, hasFreshOrder),
    orderCount,
    minLines: 1,
    hasFreshOrder,
  };
  return { ...regular, ...special, hasFreshOrder };
}

/** Most people order now and then, a few never, a few all the time; about 9 on average. */
function drawOrderCount(random: SeededRandom): number {
  const share = random.next();
  if (share < 0.02) return 0;
  if (share < 0.12) return 1;
  if (share < 0.7) return random.between(2, 9);
  if (share < 0.93) return random.between(10, 20);
  if (share < 0.99) return random.between(21, 40);
  return random.between(60, 75);
}

function drawLastSeen(random: SeededRandom, orderCount: number, hasFreshOrder: boolean): number | null {
  if (hasFreshOrder) return REFERENCE_MS - random.between(0, 30 * 60_000);
  if (orderCount === 0 && random.chance(0.5)) return null;
  const ageMs = random.chance(0.6) ? random.between(HOUR_MS, 14 * DAY_MS) : random.between(14, 59) * DAY_MS;
  return REFERENCE_MS - ageMs;
}
