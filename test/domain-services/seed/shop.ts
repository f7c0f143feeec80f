import type { Faker } from "@faker-js/faker";
import { linesOf } from "./articles.ts";

/** One hour, in ms. */
export const HOUR_MS = 3_600_000;
/** One day, in ms. */
export const DAY_MS = 24 * HOUR_MS;
/**
 * "Today" in the sample data, in epoch ms: a fixed date, so the data is the same whenever it is
 * made.
 */
export const REFERENCE_MS = Date.UTC(2026, 10, 20, 12);

/** An instant (epoch ms) as the contracts' `date-time`. */
export const toDateTime = (ms: number): string => new Date(ms).toISOString();
/** An instant's day in UTC as the contracts' `date`. */
export const toDate = (ms: number): string => toDateTime(ms).slice(0, 10);

/** The shop's warehouses, named after the nearest airport. */
export const WAREHOUSES = ["LEJ-1", "BHX-2", "CDG-1", "NRT-1", "MEM-3"] as const;

/** ISO 4217. The shop sells in one currency, wherever its customers live. */
export const CURRENCY = "EUR";

/** A country the shop sells to: how people there write, and get their parcels. */
export interface Country {
  /** ISO 3166-1 alpha-2 */
  code: string;
  /** BCP 47 */
  locale: string;
  /** Which of faker's locales makes its names and addresses. */
  fakerLocale: string;
  /** Sales tax in hundredths of a percent. */
  tax: { standard: number; reduced: number };
  /** How many of a hundred users live there, roughly. */
  share: number;
  timeZones: readonly string[];
  carriers: readonly string[];
  /** Parcel centres on the way to the customer. */
  hubs: readonly string[];
}

/**
 * Every country the shop sells to. A line of the list: code | locale | faker's locale | standard
 * and reduced tax | share | time zones | carriers | hubs.
 */
export const COUNTRIES: readonly Country[] = linesOf("countries.txt").map(
  ([code = "", locale = "", fakerLocale = "", taxes = "", share = "", ...lists]) => {
    const [standard = 0, reduced = 0] = taxes.split(/ +/).map(Number);
    const [timeZones = [], carriers = [], hubs = []] = lists.map((list) => list.split("; "));
    const tax = { standard, reduced };
    return { code, locale, fakerLocale, tax, share: Number(share), timeZones, carriers, hubs };
  },
);

/** @throws RangeError if the shop does not sell to that country. */
export function countryOf(code: string): Country {
  const country = COUNTRIES.find((candidate) => candidate.code === code);
  if (country === undefined) throw new RangeError(`no country '${code}' in the sample data`);
  return country;
}

const fakers = new Map<string, Faker>();
// Only these locales: faker's own index loads all 70, which takes three times as long.
for (const { fakerLocale } of COUNTRIES) {
  const { faker }: { faker: Faker } = await import(`@faker-js/faker/locale/${fakerLocale}`);
  fakers.set(fakerLocale, faker);
}

/**
 * faker in the language of a country, seeded again, so that no record depends on the one before it.
 * The instances are shared: finish with one before you ask for the next.
 */
export function fakerOf({ fakerLocale }: Country, seed: number): Faker {
  const faker = fakers.get(fakerLocale);
  if (faker === undefined) throw new RangeError(`faker has no locale '${fakerLocale}'`);
  faker.seed(seed);
  return faker;
}
