import { seededRandom } from "./random.ts";
import type { SeededRandom } from "./random.ts";
import { COUNTRIES, countryOf, DAY_MS, HOUR_MS, REFERENCE_MS } from "./shop.ts";
import type { Country } from "./shop.ts";

/** What orders must know of a user. `users/data.ts` adds the person. Instants are epoch ms. */
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

/** How many users there are. */
export const ACCOUNT_COUNT = 2_400;

/** Locales that `Intl` does not know or refuses: two made-up ones and a POSIX spelling. */
const ODD_LOCALES = ["tlh-KL", "qya-ME", "en_GB"] as const;

/** Users that demos and tests count on; the README lists them. */
const SPECIAL: Readonly<Record<string, [country: string, orderCount: number, more?: Partial<Account>]>> = {
  1: ["GB", 12],
  2: ["DE", 9],
  3: ["JP", 7],
  4: ["SA", 6],
  5: ["GR", 8],
  6: ["CN", 5],
  7: ["DE", 64, { minLines: 4 }],
  8: ["FR", 0],
  9: ["ES", 1],
  10: ["US", 4, { locale: "tlh-KL" }],
  11: ["GB", 4, { locale: null, timeZone: null }],
  12: ["IE", 10],
  13: ["KW", 6],
  14: ["IL", 6],
  15: ["UA", 6],
};

/** Every account, by id from "1" up. */
export function generateAccounts(): Account[] {
  const random = seededRandom(0xacc0);
  const countries = COUNTRIES.flatMap((country) => Array.from({ length: country.share }, () => country));
  return Array.from({ length: ACCOUNT_COUNT }, (_, index) => generate(String(index + 1), random, countries));
}

function generate(id: string, random: SeededRandom, countries: readonly Country[]): Account {
  const [code, orders, more = {}] = SPECIAL[id] ?? [];
  const isRegular = code === undefined;
  const country = isRegular ? random.pick(countries) : countryOf(code);
  const orderCount = orders ?? drawOrderCount(random);
  const hasFreshOrder = isRegular ? orderCount > 0 && random.chance(0.1) : orderCount > 1;
  // Drawn for special users too, which keeps the sequence of the draws.
  const hasLocale = !random.chance(0.015) || !isRegular;
  const isOddLocale = random.chance(0.01) && isRegular;
  return {
    id,
    country,
    locale: hasLocale ? (isOddLocale ? random.pick(ODD_LOCALES) : country.locale) : null,
    timeZone: hasLocale ? random.pick(country.timeZones) : null,
    createdAt: REFERENCE_MS - random.between(60, 2_900) * DAY_MS - random.between(0, DAY_MS - 1),
    lastSeenAt: drawLastSeen(random, orderCount, hasFreshOrder),
    orderCount,
    minLines: 1,
    hasFreshOrder,
    ...more,
  };
}

/** Most people order now and then, a few never, a few very often; about 9 on average. */
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
