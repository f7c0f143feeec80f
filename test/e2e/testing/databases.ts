import { createHash } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { SQLInputValue, SQLOutputValue } from "node:sqlite";
import { DEFAULT_MEDIA_URL } from "../../domain-services/service/pictures.ts";

/**
 * The four services' databases as one: `users.users`, `orders.order_lines` and so on. What a screen
 * should say is asked here in SQL, which shares no code with what is tested.
 */
export interface Databases extends Disposable {
  /** The JSON in the first column of the only row; undefined where there is no row. */
  json(sql: string, parameters: Readonly<Record<string, SQLInputValue>>): unknown;
  /** The first column of every row. */
  texts(sql: string, parameters?: Readonly<Record<string, SQLInputValue>>): readonly string[];
}

/** Opens the databases for reading, while the services may be using them. */
export function openDatabases(dataDir: string): Databases {
  const database = new DatabaseSync(":memory:");
  for (const name of ["users", "orders", "recommendations", "catalog"]) {
    database.prepare(`ATTACH ? AS ${name}`).run(`file:${join(dataDir, `${name}.sqlite`)}?mode=ro`);
  }
  database.function("day_in", (zone, instant) => instantIn(zone, instant).slice(0, 10));
  database.function("instant_in", instantIn);
  return {
    json(sql, parameters) {
      const row = database.prepare(sql).get(parameters);
      const [text] = Object.values(row ?? {});
      return typeof text === "string" ? JSON.parse(text) : undefined;
    },
    texts(sql, parameters = {}) {
      return database
        .prepare(sql)
        .all(parameters)
        .map((row) => String(Object.values(row)[0]));
    },
    [Symbol.dispose]: () => database.close(),
  };
}

/** An instant in UTC with the offset of a time zone: here `Intl` knows it. */
function instantIn(zone: SQLOutputValue, instant: SQLOutputValue): string {
  const timeZone = zone === null ? "UTC" : String(zone);
  const format = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
  const exact = new Date(String(instant));
  const name = format.formatToParts(exact).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign = "+", hours = "0", minutes = "0"] = /^GMT([+-])(\d\d):(\d\d)$/.exec(name) ?? [];
  const offset = Number(`${sign}${Number(hours) * 60 + Number(minutes)}`);
  if (offset === 0) return String(instant);
  const local = new Date(exact.getTime() + offset * 60_000).toISOString();
  return `${local.replace(/\.?0*Z$/, "")}${sign}${hours}:${minutes}`;
}

/** `count` of the items in a random order. The same seed chooses the same items. */
export function sample(items: readonly string[], count: number, seed: string): readonly string[] {
  const lot = (item: string): string => createHash("sha256").update(`${seed} ${item}`).digest("hex");
  return items
    .map((item) => ({ item, lot: lot(item) }))
    .toSorted((a, b) => (a.lot < b.lot ? -1 : 1))
    .slice(0, count)
    .map(({ item }) => item);
}

/**
 * Users with an order and with recommendations of their own: each service has something for them.
 */
const VISITORS = `
  SELECT user_id FROM recommendations.ranking WHERE user_id IN (SELECT user_id FROM orders.orders) AND rank <= 8
  GROUP BY user_id HAVING count(*) = 8 ORDER BY user_id`;

/**
 * Users who have not visited yet: no cache holds anything about them or their recommended products.
 *
 * @returns a function that gives the next one, and throws a RangeError when there are no more
 */
export function newVisitors(databases: Databases): () => string {
  const visitors = databases.texts(VISITORS).values();
  return () => {
    const { value } = visitors.next();
    if (value !== undefined) return value;
    throw new RangeError("every user has visited: use fewer, or restart the web BFF");
  };
}

/** Where pictures are: these systems have no front door of their own. */
const MEDIA_URL = `'${DEFAULT_MEDIA_URL}'`;

/** The user's time zone, as the users service knows it. */
const TIME_ZONE = "(SELECT time_zone FROM users.users WHERE id = :user)";

/** The smallest image of a product that is at least 480 px wide, else the widest. */
const cardImage = (productId: string): string => `coalesce(
  (SELECT ${MEDIA_URL} || url FROM catalog.product_images WHERE product_id = ${productId} AND width >= 480 ORDER BY width LIMIT 1),
  (SELECT ${MEDIA_URL} || url FROM catalog.product_images WHERE product_id = ${productId} ORDER BY width DESC LIMIT 1)
)`;

/** An amount in a currency, as JSON. */
const money = (amount: string, currency: string): string =>
  `json_object('amount', ${amount}, 'currency', ${currency})`;

/**
 * A table expression: what is recommended to `:user`, best first, with its `place`. Users without a
 * ranking get the best sellers, which are ranked for the user ''.
 */
const SLOTS = `slots (place, product_id, kind) AS (
  SELECT rank, product_id, kind FROM recommendations.ranking
  WHERE user_id = iif(EXISTS (SELECT 1 FROM recommendations.ranking WHERE user_id = :user), :user, '')
)`;

/** The cards of a selection of slots, as a JSON array, without what the catalog does not have. */
const recommendationCards = (selection: string): string => `(
  SELECT json_group_array(json_object(
    'productId', product.id, 'title', product.title, 'brand', product.brand, 'imageUrl', ${cardImage("product.id")},
    'price', ${money("product.price_amount", "product.currency")}, 'rating', product.rating_average, 'because', slot.kind
  ) ORDER BY slot.place)
  FROM (${selection}) AS slot JOIN catalog.products AS product ON product.id = slot.product_id
)`;

const PROFILE = `(
  SELECT json_object(
    'name', display_name, 'avatarUrl', ${MEDIA_URL} || avatar_medium, 'memberSince', day_in(time_zone, created_at),
    'loyaltyTier', loyalty_tier, 'loyaltyPoints', loyalty_points
  ) FROM users.users WHERE id = :user
)`;

const RECENT_ORDERS = `(
  SELECT json_group_array(json_object(
    'id', id, 'number', number, 'placedAt', instant_in(${TIME_ZONE}, placed_at), 'status', status, 'total', ${money("total", "currency")},
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

/** What the home page should say to a user. */
export function expectedHomePage(databases: Databases, user: string): unknown {
  return databases.json(HOME_PAGE, { user });
}

const LINES = `(
  SELECT json_group_array(json_object(
    'productId', product_id, 'title', title, 'quantity', quantity,
    'unitPrice', ${money("unit_price", "wanted.currency")},
    'discount', iif(discount = 0, NULL, ${money("discount", "wanted.currency")}), 'lineTotal', ${money("line_total", "wanted.currency")}
  ) ORDER BY position)
  FROM orders.order_lines WHERE order_id = wanted.id
)`;

const SHIPMENT = `(
  SELECT json_object('carrier', carrier, 'trackingNumber', tracking_number, 'estimatedDelivery', estimated_delivery)
  FROM orders.shipments WHERE order_id = wanted.id
)`;

/** What was ordered and is still sold: each product once, where its first line is. */
const ORDERED_PRODUCTS = `(
  SELECT json_group_array(json_object(
    'productId', product.id, 'title', product.title, 'imageUrl', ${cardImage("product.id")},
    'inStock', json(iif(product.stock_status IN ('in_stock', 'low'), 'true', 'false'))
  ) ORDER BY line.place)
  FROM (
    SELECT product_id, min(position) AS place FROM orders.order_lines WHERE order_id = wanted.id GROUP BY product_id
  ) AS line JOIN catalog.products AS product ON product.id = line.product_id
)`;

const ORDER_PAGE = `
  SELECT json_object(
    'order', json_object(
      'id', id, 'number', number, 'status', status, 'placedAt', instant_in(${TIME_ZONE}, placed_at),
      'canCancel', json(iif(status IN ('placed', 'paid', 'packed'), 'true', 'false')),
      'subtotal', ${money("subtotal", "currency")}, 'shippingCost', ${money("shipping_cost", "currency")},
      'tax', ${money("tax", "currency")}, 'total', ${money("total", "currency")},
      'lines', json(${LINES}), 'shipment', json(${SHIPMENT})
    ),
    'products', json(${ORDERED_PRODUCTS}),
    'degraded', json_array()
  )
  FROM orders.orders AS wanted WHERE id = :order AND user_id = :user`;

/**
 * What the page of an order should say to a user. It is undefined where the user has no such order.
 */
export function expectedOrderPage(databases: Databases, user: string, order: string): unknown {
  return databases.json(ORDER_PAGE, { user, order });
}

const PRODUCT = `json_object(
  'id', id, 'title', title, 'subtitle', subtitle, 'brand', brand, 'category', category, 'description', description,
  'price', ${money("price_amount", "currency")},
  'listPrice', iif(list_price_amount IS NULL, NULL, ${money("list_price_amount", "currency")}),
  'images', json((
    SELECT json_group_array(json_object('url', ${MEDIA_URL} || url, 'alt', coalesce(alt, '')) ORDER BY position)
    FROM catalog.product_images WHERE product_id = wanted.id
  )),
  'rating', json_object('average', rating_average, 'count', rating_count),
  'stock', stock_status
)`;

/** Four of the five best, without the product that the page shows. */
const OTHERS = `
  SELECT * FROM (SELECT * FROM slots ORDER BY place LIMIT 5) WHERE product_id <> :product ORDER BY place LIMIT 4`;

const PRODUCT_PAGE = `
  WITH ${SLOTS}
  SELECT json_object('product', ${PRODUCT}, 'alsoBought', json(${recommendationCards(OTHERS)}), 'degraded', json_array())
  FROM catalog.products AS wanted WHERE id = :product`;

/**
 * What a product's page should say to a user. It is undefined where the catalog has no such
 * product.
 */
export function expectedProductPage(databases: Databases, user: string, product: string): unknown {
  return databases.json(PRODUCT_PAGE, { user, product });
}
