/** The smallest image that is at least 480 px wide, else the widest, of the product in the given column. */
export const cardImage = (productId: string): string => `coalesce(
  (SELECT url FROM catalog.product_images WHERE product_id = ${productId} AND width >= 480 ORDER BY width LIMIT 1),
  (SELECT url FROM catalog.product_images WHERE product_id = ${productId} ORDER BY width DESC LIMIT 1)
)`;

/** An amount in a currency, as JSON. */
export const money = (amount: string, currency: string): string =>
  `json_object('amount', ${amount}, 'currency', ${currency})`;

/**
 * A table expression: what is recommended to `:user`, best first, with its `place`. A user without a
 * ranking gets the best sellers, which are ranked for the user ''.
 */
export const SLOTS = `slots (place, product_id, kind) AS (
  SELECT rank, product_id, kind FROM recommendations.ranking
  WHERE user_id = iif(EXISTS (SELECT 1 FROM recommendations.ranking WHERE user_id = :user), :user, '')
)`;

/** The cards of a selection of slots, as a JSON array; what the catalog does not have is left out. */
export const recommendationCards = (selection: string): string => `(
  SELECT json_group_array(json_object(
    'productId', product.id, 'title', product.title, 'brand', product.brand, 'imageUrl', ${cardImage("product.id")},
    'price', ${money("product.price_amount", "product.currency")}, 'rating', product.rating_average, 'because', slot.kind
  ) ORDER BY slot.place)
  FROM (${selection}) AS slot JOIN catalog.products AS product ON product.id = slot.product_id
)`;
