import { SLOTS, money, recommendationCards } from "./cards.ts";
import type { Databases } from "./open.ts";

const PROFILE = `(
  SELECT json_object(
    'name', display_name, 'avatarUrl', avatar_medium, 'memberSince', date(created_at),
    'loyaltyTier', loyalty_tier, 'loyaltyPoints', loyalty_points
  ) FROM users.users WHERE id = :user
)`;

const RECENT_ORDERS = `(
  SELECT json_group_array(json_object(
    'id', id, 'number', number, 'placedAt', placed_at, 'status', status, 'total', ${money("total", "currency")},
    'itemCount', (SELECT sum(quantity) FROM orders.order_lines WHERE order_id = recent.id),
    'firstItemTitle', (SELECT title FROM orders.order_lines WHERE order_id = recent.id ORDER BY position LIMIT 1),
    'estimatedDelivery', (SELECT estimated_delivery FROM orders.shipments WHERE order_id = recent.id)
  ) ORDER BY placed_at DESC, id DESC)
  FROM (SELECT * FROM orders.orders WHERE user_id = :user ORDER BY placed_at DESC, id DESC LIMIT 3) AS recent
)`;

const HOME_PAGE = `
  WITH ${SLOTS}
  SELECT json_object(
    'profile', json(${PROFILE}),
    'recentOrders', json(${RECENT_ORDERS}),
    'recommendations', json(${recommendationCards("SELECT * FROM slots ORDER BY place LIMIT 8")}),
    'degraded', json_array()
  )`;

/** What the home page of a user should say. */
export function expectedHomePage(databases: Databases, user: string): unknown {
  return databases.json(HOME_PAGE, { user });
}
