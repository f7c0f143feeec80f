import { generateAccounts } from "../seed/accounts.ts";
import type { Account } from "../seed/accounts.ts";
import { DEPARTMENTS } from "../seed/articles.ts";
import { hash32, seededRandom } from "../seed/random.ts";
import type { SeededRandom } from "../seed/random.ts";
import { CURRENCY, DAY_MS, fakerOf, REFERENCE_MS, toDate, toDateTime } from "../seed/shop.ts";
import type { Insert } from "../service/database.ts";

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

/** Countries in which forms ask for an honorific, of those for which faker knows some. */
const HAS_HONORIFIC = new Set(["GB", "US", "IE", "DE", "FR", "ES", "IT", "BR"]);
/** Countries whose addresses have a region, of those for which faker knows some. */
const HAS_REGION = new Set(["GB", "US", "DE", "FR", "ES", "IT", "JP", "CN", "BR", "UA"]);

/** Domains that RFC 2606 reserves, so no mail ever reaches anybody. */
const MAIL_DOMAINS = ["example.com", "example.org", "example.net", "mail.example"];
const SEGMENTS = ["bargain-hunter", "loyal-regular", "gift-giver", "lapsed", "new-customer", "big-basket"];
const CHANNELS = ["organic-search", "paid-search", "newsletter-partner", "affiliate", "friend-referral"];

/** Fills the users' database: the same rows on every call. */
export function fill(insert: Insert): void {
  for (const account of generateAccounts()) insertUser(account, insert);
}

/** The order of the draws decides what each user gets: do not reorder the members. */
function insertUser(account: Account, insert: Insert): void {
  const { id, country, orderCount, createdAt, lastSeenAt } = account;
  const seed = hash32(`user ${id}`);
  const random = seededRandom(seed);
  const faker = fakerOf(country, seed);
  const name = SPECIAL_NAMES[id] ?? {
    given: faker.person.firstName(),
    family: withApostrophe(faker.person.lastName(), country.code, random),
  };
  const addresses = Array.from({ length: random.between(4, 5) }, (_, position) => ({
    user_id: id,
    position,
    id: `adr_${id}_${position + 1}`,
    kind: position === 0 ? "billing" : "shipping",
    line1: faker.location.streetAddress(),
    line2: random.chance(0.5) ? faker.location.secondaryAddress() : null,
    city: faker.location.city(),
    region: HAS_REGION.has(country.code) ? faker.location.state() : null,
    postcode: faker.location.zipCode(),
    country: country.code,
    is_default: Number(position < 2),
  }));
  const phone = random.chance(0.1) ? null : faker.phone.number({ style: "international" });
  const points = orderCount === 0 ? 0 : orderCount * random.between(20, 180);
  const honorific = HAS_HONORIFIC.has(country.code) && random.chance(0.6) ? faker.person.prefix() : null;
  const email = emailOf(name, id, random);
  const avatar = `/media/avatars/${id}/${hex(random, 40)}`;
  const birthDate = random.chance(0.15)
    ? null
    : toDate(REFERENCE_MS - random.between(18 * 365, 85 * 365) * DAY_MS);
  const loyalty = {
    loyalty_tier: tierOf(points),
    loyalty_points: points,
    expiring_points: points === 0 ? 0 : random.between(0, Math.floor(points / 4)),
    points_expire_on: points === 0 ? null : toDate(REFERENCE_MS + random.between(10, 360) * DAY_MS),
  };
  const preferences = {
    currency: CURRENCY,
    newsletter: Number(random.chance(0.45)),
    sms: Number(random.chance(0.2)),
    push: Number(random.chance(0.6)),
    theme: random.pick(["system", "light", "dark"]),
  };
  const favourites = distinct(random, DEPARTMENTS, random.between(2, 5));
  insert("users", {
    id,
    email,
    phone,
    given_name: name.given,
    family_name: name.family,
    display_name: displayName(name, country.code),
    honorific,
    avatar_small: `${avatar}-64.svg`,
    avatar_medium: `${avatar}-256.svg`,
    avatar_large: `${avatar}-1024.svg`,
    birth_date: birthDate,
    locale: account.locale,
    time_zone: account.timeZone,
    ...loyalty,
    ...preferences,
    segment: random.pick(SEGMENTS),
    acquisition_channel: random.pick(CHANNELS),
    lifetime_value: orderCount * random.between(2_000, 19_000),
    consent_version: `${random.between(2019, 2026)}-0${random.between(1, 9)}-privacy-notice-v${random.between(1, 9)}`,
    created_at: toDateTime(createdAt),
    updated_at: toDateTime(lastSeenAt === null ? createdAt : random.between(createdAt, lastSeenAt)),
    last_seen_at: lastSeenAt === null ? null : toDateTime(lastSeenAt),
  });
  for (const address of addresses) insert("addresses", address);
  for (const [position, { name: category }] of [...favourites].entries())
    insert("favourite_categories", { user_id: id, position, category });
}

function withApostrophe(family: string, countryCode: string, random: SeededRandom): string {
  if (countryCode === "IE" && random.chance(0.4) && !family.includes("'")) return `O'${family}`;
  if (countryCode === "IT" && random.chance(0.15)) return `D'${family}`;
  return family;
}

/** In China, Japan and Korea the family name comes first, in two of them without a space. */
function displayName({ given, family }: PersonName, countryCode: string): string {
  if (countryCode === "JP") return `${family} ${given}`;
  return countryCode === "CN" || countryCode === "KR" ? `${family}${given}` : `${given} ${family}`;
}

/**
 * A Latin name becomes the local part; any other name becomes a plain word, as addresses are ASCII.
 */
function emailOf({ given, family }: PersonName, id: string, random: SeededRandom): string {
  const ascii = `${given}.${family}`
    .normalize("NFKD")
    .replaceAll(/[^A-Za-z.]/g, "")
    .replaceAll(/\.{2,}/g, ".")
    .toLowerCase();
  const local = /^[a-z]+\.[a-z]+$/.test(ascii) ? ascii : "customer";
  return `${local}.${id}@${random.pick(MAIL_DOMAINS)}`;
}

function tierOf(points: number): string {
  if (points >= 2_000) return "gold";
  if (points >= 800) return "silver";
  return points >= 200 ? "bronze" : "none";
}

function distinct<T>(random: SeededRandom, items: readonly T[], count: number): Set<T> {
  const chosen = new Set<T>();
  while (chosen.size < count) chosen.add(random.pick(items));
  return chosen;
}

function hex(random: SeededRandom, digits: number): string {
  return Array.from({ length: digits }, () => random.between(0, 15).toString(16)).join("");
}
