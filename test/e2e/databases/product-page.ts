import { SLOTS, money, recommendationCards } from "./cards.ts";
import type { Databases } from "./open.ts";

const PRODUCT = `json_object(
  'id', id, 'title', title, 'subtitle', subtitle, 'brand', brand, 'category', category, 'description', description,
  'price', ${money("price_amount", "currency")},
  'listPrice', iif(list_price_amount IS NULL, NULL, ${money("list_price_amount", "currency")}),
  'images', json((
    SELECT json_group_array(json_object('url', url, 'alt', coalesce(alt, '')) ORDER BY position)
    FROM catalog.product_images WHERE product_id = wanted.id
  )),
  'rating', json_object('average', rating_average, 'count', rating_count),
  'stock', stock_status
)`;

/** Of the five best, without the one on the page, four. */
const OTHERS = `
  SELECT * FROM (SELECT * FROM slots ORDER BY place LIMIT 5) WHERE product_id <> :product ORDER BY place LIMIT 4`;

const PRODUCT_PAGE = `
  WITH ${SLOTS}
  SELECT json_object('product', ${PRODUCT}, 'alsoBought', json(${recommendationCards(OTHERS)}), 'degraded', json_array())
  FROM catalog.products AS wanted WHERE id = :product`;

/** What a product's page should say to a user; undefined where the catalog has no such product. */
export function expectedProductPage(databases: Databases, user: string, product: string): unknown {
  return databases.json(PRODUCT_PAGE, { user, product });
}
