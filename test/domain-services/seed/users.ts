import type { Faker } from "@faker-js/faker";
import { generateAccounts } from "./accounts.ts";
import type { Account } from "./accounts.ts";
import { fakerOf } from "./fakers.ts";
import { CATEGORIES } from "./categories.ts";
import { hash32, seededRandom } from "./random.ts";
import type { SeededRandom } from "./random.ts";
import { DAY_MS, REFERENCE_MS, toDate } from "./reference.ts";

export interface AddressSeed {
  id: string;
  kind: "billing" | "shipping";
  line1: string;
  line2: string | null;
  city: string;
  region: string | null;
  postcode: string;
  country: string;
  isDefault: boolean;
}

/** A user as the users service stores it. Instants are epoch ms, dates `YYYY-MM-DD`. */
export interface UserSeed {
  account: Account;
  email: string;
  phone: string | null;
  given: string;
  family: string;
  display: string;
  honorific: string | null;
  avatarKey: string;
  birthDate: string | null;
  addresses: AddressSeed[];
  tier: "none" | "bronze" | "silver" | "gold";
  points: number;
  expiringPoints: number;
  pointsExpireOn: string | null;
  newsletter: boolean;
  sms: boolean;
  push: boolean;
  theme: "system" | "light" | "dark";
  favouriteCategories: string[];
  segment: string;
  acquisitionChannel: string;
  lifetimeValue: number;
  consentVersion: string;
  updatedAt: number;
}

interface PersonName {
  given: string;
  family: string;
}

/** Names that break naive escaping and sorting, for users that the README lists. */
const SPECIAL_NAMES: Readonly<Record<string, PersonName>> = {
  1: { given: "Ada", family: "Whitlock" },
  7: { given: "Jörg", family: "Müller-Lüdenscheidt" },
  12: { given: "Siobhán", family: "O'Brien" },
};

/** Family names come first there, and nobody puts a space in between. */
const FAMILY_NAME_FIRST = new Set(["JP", "CN", "KR"]);

/** Where forms ask for one, and faker knows some. */
const HAS_HONORIFIC = new Set(["GB", "US", "IE", "DE", "FR", "ES", "IT", "BR"]);

/** Where an address has one, and faker knows those of the country. */
const HAS_REGION = new Set(["GB", "US", "DE", "FR", "ES", "IT", "JP", "CN", "BR", "UA"]);

/** Every user, by id from "1" up: the same on every call. */
export function generateUsers(): UserSeed[] {
  return generateAccounts().map(generateUser);
}

function generateUser(account: Account): UserSeed {
  const seed = hash32(`user ${account.id}`);
  const random = seededRandom(seed);
  const faker = fakerOf(account.country.code, seed);
  const name = SPECIAL_NAMES[account.id] ?? {
    given: faker.person.firstName(),
    family: withApostrophe(faker.person.lastName(), account.country.code, random),
  };
  const addresses = Array.from({ length: random.between(4, 5) }, (_, position) =>
    generateAddress(account, position, faker, random),
  );
  const phone = random.chance(0.1) ? null : faker.phone.number({ style: "international" });
  const points = account.orderCount === 0 ? 0 : account.orderCount * random.between(20, 180);
  const tier = tierOf(points);
  return {
    account,
    ...name,
    display: displayName(name, account.country.code),
    honorific: HAS_HONORIFIC.has(account.country.code) && random.chance(0.6) ? faker.person.prefix() : null,
    email: emailOf(name, account.id, random),
    phone,
    avatarKey: hex(random, 40),
    birthDate: random.chance(0.15)
      ? null
      : toDate(REFERENCE_MS - random.between(18 * 365, 85 * 365) * DAY_MS),
    addresses,
    tier,
    points,
    expiringPoints: points === 0 ? 0 : random.between(0, Math.floor(points / 4)),
    pointsExpireOn: points === 0 ? null : toDate(REFERENCE_MS + random.between(10, 360) * DAY_MS),
    newsletter: random.chance(0.45),
    sms: random.chance(0.2),
    push: random.chance(0.6),
    theme: random.pick(["system", "light", "dark"] as const),
    favouriteCategories: distinct(random, CATEGORIES, random.between(2, 5)),
    segment: random.pick([
      "bargain-hunter",
      "loyal-regular",
      "gift-giver",
      "lapsed",
      "new-customer",
      "big-basket",
    ]),
    acquisitionChannel: random.pick([
      "organic-search",
      "paid-search",
      "newsletter-partner",
      "affiliate",
      "friend-referral",
    ]),
    lifetimeValue: account.orderCount * random.between(2_000, 19_000),
    consentVersion: `${random.between(2019, 2026)}-0${random.between(1, 9)}-privacy-notice-v${random.between(1, 9)}`,
    updatedAt: updatedBetween(account, random),
  };
}

function withApostrophe(family: string, countryCode: string, random: SeededRandom): string {
  if (countryCode === "IE" && random.chance(0.4) && !family.includes("'")) return `O'${family}`;
  if (countryCode === "IT" && random.chance(0.15)) return `D'${family}`;
  return family;
}

function displayName({ given, family }: PersonName, countryCode: string): string {
  if (FAMILY_NAME_FIRST.has(countryCode))
    return countryCode === "JP" ? `${family} ${given}` : `${family}${given}`;
  return `${given} ${family}`;
}

/** A Latin name becomes the address's local part, another one a plain word: an e-mail address is ASCII. */
function emailOf({ given, family }: PersonName, id: string, random: SeededRandom): string {
  const ascii = `${given}.${family}`
    .normalize("NFKD")
    .replaceAll(/[^A-Za-z.]/g, "")
    .replaceAll(/\.{2,}/g, ".")
    .toLowerCase();
  const local = /^[a-z]+\.[a-z]+$/.test(ascii) ? ascii : "customer";
  return `${local}.${id}@${random.pick(["example.com", "example.org", "example.net", "mail.example"])}`;
}

function generateAddress(
  account: Account,
  position: number,
  faker: Faker,
  random: SeededRandom,
): AddressSeed {
  return {
    id: `adr_${account.id}_${position + 1}`,
    kind: position === 0 ? "billing" : "shipping",
    line1: faker.location.streetAddress(),
    line2: random.chance(0.5) ? faker.location.secondaryAddress() : null,
    city: faker.location.city(),
    region: HAS_REGION.has(account.country.code) ? faker.location.state() : null,
    postcode: faker.location.zipCode(),
    country: account.country.code,
    isDefault: position < 2,
  };
}

function tierOf(points: number): UserSeed["tier"] {
  if (points >= 2_000) return "gold";
  if (points >= 800) return "silver";
  return points >= 200 ? "bronze" : "none";
}

function updatedBetween({ createdAt, lastSeenAt }: Account, random: SeededRandom): number {
  return lastSeenAt === null ? createdAt : random.between(createdAt, lastSeenAt);
}

function distinct<T>(random: SeededRandom, items: readonly T[], count: number): T[] {
  const chosen = new Set<T>();
  while (chosen.size < count) chosen.add(random.pick(items));
  return [...chosen];
}

function hex(random: SeededRandom, digits: number): string {
  return Array.from({ length: digits }, () => random.between(0, 15).toString(16)).join("");
}
