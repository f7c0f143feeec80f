import type { DatabaseSync } from "node:sqlite";
import { flag, number, text, textOrNull } from "../sql/rows.ts";
import type { Row } from "../sql/rows.ts";

/** Reads users in the contract's shape. */
export function userReader(database: DatabaseSync): (id: string) => object | undefined {
  const selectUser = database.prepare("SELECT * FROM users WHERE id = ?");
  const selectAddresses = database.prepare("SELECT * FROM addresses WHERE user_id = ? ORDER BY position");
  const selectFavourites = database.prepare(
    "SELECT category FROM favourite_categories WHERE user_id = ? ORDER BY position",
  );
  return (id) => {
    const row = selectUser.get(id);
    if (row === undefined) return undefined;
    return toUser(row, selectAddresses.all(id), selectFavourites.all(id));
  };
}

function toUser(row: Row, addresses: readonly Row[], favourites: readonly Row[]): object {
  return {
    id: text(row, "id"),
    email: text(row, "email"),
    phone: textOrNull(row, "phone"),
    name: {
      given: text(row, "given_name"),
      family: text(row, "family_name"),
      display: text(row, "display_name"),
      honorific: textOrNull(row, "honorific"),
    },
    avatar: {
      small: text(row, "avatar_small"),
      medium: text(row, "avatar_medium"),
      large: text(row, "avatar_large"),
    },
    birthDate: textOrNull(row, "birth_date"),
    // The contract lets these two be missing, not null.
    ...optional("locale", textOrNull(row, "locale")),
    ...optional("timeZone", textOrNull(row, "time_zone")),
    addresses: addresses.map(toAddress),
    loyalty: {
      tier: text(row, "loyalty_tier"),
      points: number(row, "loyalty_points"),
      expiringPoints: number(row, "expiring_points"),
      expiresAt: textOrNull(row, "points_expire_on"),
    },
    preferences: {
      currency: text(row, "currency"),
      newsletter: flag(row, "newsletter"),
      sms: flag(row, "sms"),
      push: flag(row, "push"),
      theme: text(row, "theme"),
      favouriteCategories: favourites.map((favourite) => text(favourite, "category")),
    },
    marketing: {
      segment: text(row, "segment"),
      acquisitionChannel: text(row, "acquisition_channel"),
      lifetimeValue: number(row, "lifetime_value"),
      consentVersion: text(row, "consent_version"),
    },
    createdAt: text(row, "created_at"),
    updatedAt: text(row, "updated_at"),
    lastSeenAt: textOrNull(row, "last_seen_at"),
  };
}

function toAddress(row: Row): object {
  return {
    id: text(row, "id"),
    kind: text(row, "kind"),
    line1: text(row, "line1"),
    line2: textOrNull(row, "line2"),
    city: text(row, "city"),
    region: textOrNull(row, "region"),
    postcode: text(row, "postcode"),
    country: text(row, "country"),
    isDefault: flag(row, "is_default"),
  };
}

const optional = (member: string, value: string | null): Record<string, string> =>
  value === null ? {} : { [member]: value };
