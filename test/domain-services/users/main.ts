import { Problem } from "../service/reply.ts";
import { userOf } from "../service/request.ts";
import { runService } from "../service/run.ts";
import type { ServiceDefinition } from "../service/run.ts";
import { text } from "../service/database.ts";

/** SQLite has no booleans: a column holds 0 or 1. */
const flag = (column: string): string => `json(iif(${column}, 'true', 'false'))`;

/**
 * A user in the contract's shape. json_patch() drops what is null: the contract lets it be missing.
 */
const SELECT_USER = `
  SELECT json_patch(json_object(
    'id', id, 'email', email, 'phone', phone,
    'name', json_object('given', given_name, 'family', family_name, 'display', display_name, 'honorific', honorific),
    'avatar', json_object('small', ?1 || avatar_small, 'medium', ?1 || avatar_medium, 'large', ?1 || avatar_large),
    'birthDate', birth_date,
    'addresses', json((
      SELECT json_group_array(json_object(
        'id', addresses.id, 'kind', kind, 'line1', line1, 'line2', line2, 'city', city, 'region', region,
        'postcode', postcode, 'country', country, 'isDefault', ${flag("is_default")}) ORDER BY position)
      FROM addresses WHERE user_id = users.id)),
    'loyalty', json_object('tier', loyalty_tier, 'points', loyalty_points,
      'expiringPoints', expiring_points, 'expiresAt', points_expire_on),
    'preferences', json_object('currency', currency, 'newsletter', ${flag("newsletter")}, 'sms', ${flag("sms")},
      'push', ${flag("push")}, 'theme', theme, 'favouriteCategories', json((
        SELECT json_group_array(category ORDER BY position) FROM favourite_categories WHERE user_id = users.id))),
    'marketing', json_object('segment', segment, 'acquisitionChannel', acquisition_channel,
      'lifetimeValue', lifetime_value, 'consentVersion', consent_version),
    'createdAt', created_at, 'updatedAt', updated_at, 'lastSeenAt', last_seen_at
  ), json_object('locale', locale, 'timeZone', time_zone)) AS body
  FROM users WHERE id = ?2`;

/** Who a user is. */
export const usersService: ServiceDefinition = {
  name: "users",
  defaultPort: 9001,
  loadData: () => import("./data.ts"),
  open(database, _clock, mediaUrl) {
    const select = database.prepare(SELECT_USER);
    return {
      routes: [
        {
          method: "get",
          path: "/users/me",
          breakable: { required: "name", typed: "loyalty.points", enumerated: "loyalty.tier" },
          answer(_request, response) {
            const row = select.get(mediaUrl, userOf(response));
            if (row === undefined)
              throw new Problem(404, "The request's identity names no user of this service.");
            const headers = { "cache-control": "private, max-age=30", vary: "X-User-Id" };
            return { status: 200, body: text(row, "body"), headers, isConditional: true };
          },
        },
      ],
    };
  },
};

if (import.meta.main) await runService("users", () => usersService, process.env);
