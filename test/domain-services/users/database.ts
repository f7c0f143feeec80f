import type { DatabaseSync } from "node:sqlite";
import { SEED_VERSION, toDateTime } from "../seed/reference.ts";
import type { AddressSeed, UserSeed } from "../seed/users.ts";
import { inserter } from "../sql/insert.ts";
import type { ColumnValues } from "../sql/insert.ts";
import type { DatabaseSeed } from "../sql/seeded-database.ts";

const SCHEMA_VERSION = 1;

const SCHEMA = `
  CREATE TABLE users (
    id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, phone TEXT,
    given_name TEXT NOT NULL, family_name TEXT NOT NULL, display_name TEXT NOT NULL, honorific TEXT,
    avatar_small TEXT NOT NULL, avatar_medium TEXT NOT NULL, avatar_large TEXT NOT NULL,
    birth_date TEXT, locale TEXT, time_zone TEXT,
    loyalty_tier TEXT NOT NULL CHECK (loyalty_tier IN ('none', 'bronze', 'silver', 'gold')),
    loyalty_points INTEGER NOT NULL, expiring_points INTEGER NOT NULL, points_expire_on TEXT,
    currency TEXT NOT NULL, newsletter INTEGER NOT NULL, sms INTEGER NOT NULL, push INTEGER NOT NULL, theme TEXT NOT NULL,
    segment TEXT NOT NULL, acquisition_channel TEXT NOT NULL, lifetime_value INTEGER NOT NULL, consent_version TEXT NOT NULL,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL, last_seen_at TEXT
  ) WITHOUT ROWID;
  CREATE TABLE addresses (
    user_id TEXT NOT NULL REFERENCES users (id), position INTEGER NOT NULL, id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('billing', 'shipping')), line1 TEXT NOT NULL, line2 TEXT, city TEXT NOT NULL,
    region TEXT, postcode TEXT NOT NULL, country TEXT NOT NULL, is_default INTEGER NOT NULL,
    PRIMARY KEY (user_id, position)
  ) WITHOUT ROWID;
  CREATE TABLE favourite_categories (
    user_id TEXT NOT NULL REFERENCES users (id), position INTEGER NOT NULL, category TEXT NOT NULL,
    PRIMARY KEY (user_id, position)
  ) WITHOUT ROWID;
`;

export const usersSeed: DatabaseSeed = {
  name: "users",
  version: SEED_VERSION * 1_000 + SCHEMA_VERSION,
  async load() {
    const { generateUsers } = await import("../seed/users.ts");
    return (database) => {
      database.exec(SCHEMA);
      fill(database, generateUsers());
    };
  },
};

function fill(database: DatabaseSync, users: readonly UserSeed[]): void {
  const insertUser = inserter(database, "users");
  const insertAddress = inserter(database, "addresses");
  const insertFavourite = inserter(database, "favourite_categories");
  for (const user of users) {
    const { id } = user.account;
    insertUser(userColumns(user));
    for (const [position, address] of user.addresses.entries())
      insertAddress(addressColumns(id, position, address));
    for (const [position, category] of user.favouriteCategories.entries()) {
      insertFavourite({ user_id: id, position, category });
    }
  }
}

function userColumns(user: UserSeed): ColumnValues {
  const { account } = user;
  const avatar = (pixels: number): string =>
    `https://images.triptych.example/avatars/${account.id}/${user.avatarKey}.webp?fit=crop&w=${pixels}&h=${pixels}`;
  return {
    id: account.id,
    email: user.email,
    phone: user.phone,
    given_name: user.given,
    family_name: user.family,
    display_name: user.display,
    honorific: user.honorific,
    avatar_small: avatar(64),
    avatar_medium: avatar(256),
    avatar_large: avatar(1024),
    birth_date: user.birthDate,
    locale: account.locale,
    time_zone: account.timeZone,
    loyalty_tier: user.tier,
    loyalty_points: user.points,
    expiring_points: user.expiringPoints,
    points_expire_on: user.pointsExpireOn,
    currency: account.country.currency,
    newsletter: Number(user.newsletter),
    sms: Number(user.sms),
    push: Number(user.push),
    theme: user.theme,
    segment: user.segment,
    acquisition_channel: user.acquisitionChannel,
    lifetime_value: user.lifetimeValue,
    consent_version: user.consentVersion,
    created_at: toDateTime(account.createdAt),
    updated_at: toDateTime(user.updatedAt),
    last_seen_at: account.lastSeenAt === null ? null : toDateTime(account.lastSeenAt),
  };
}

function addressColumns(userId: string, position: number, address: AddressSeed): ColumnValues {
  const { id, kind, line1, line2, city, region, postcode, country, isDefault } = address;
  return {
    user_id: userId,
    position,
    id,
    kind,
    line1,
    line2,
    city,
    region,
    postcode,
    country,
    is_default: Number(isDefault),
  };
}
