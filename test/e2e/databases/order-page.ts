import { cardImage, money } from "./cards.ts";
import type { Databases } from "./open.ts";

const LINES = `(
  SELECT json_group_array(json_object(
    'productId', product_id, 'title', title, 'quantity', quantity,
    'unitPrice', ${money("unit_price", "wanted.currency")}, 'lineTotal', ${money("line_total", "wanted.currency")}
  ) ORDER BY position)
  FROM orders.order_lines WHERE order_id = wanted.id
)`;

const SHIPMENT = `(
  SELECT json_object('carrier', carrier, 'trackingNumber', tracking_number, 'estimatedDelivery', estimated_delivery)
  FROM orders.shipments WHERE order_id = wanted.id
)`;

/** What was ordered and is still sold, each once, at its first line. */
const PRODUCTS = `(
  SELECT json_group_array(json_object(
    'productId', product.id, 'imageUrl', ${cardImage("product.id")},
    'inStock', json(iif(product.stock_status IN ('in_stock', 'low'), 'true', 'false'))
  ) ORDER BY line.place)
  FROM (
    SELECT product_id, min(position) AS place FROM orders.order_lines WHERE order_id = wanted.id GROUP BY product_id
  ) AS line JOIN catalog.products AS product ON product.id = line.product_id
)`;

const ORDER_PAGE = `
  SELECT json_object(
    'order', json_object(
      'id', id, 'number', number, 'status', status, 'placedAt', placed_at,
      'canCancel', json(iif(status IN ('placed', 'paid', 'packed'), 'true', 'false')),
      'subtotal', ${money("subtotal", "currency")}, 'shippingCost', ${money("shipping_cost", "currency")},
      'tax', ${money("tax", "currency")}, 'total', ${money("total", "currency")},
      'lines', json(${LINES}), 'shipment', json(${SHIPMENT})
    ),
    'products', json(${PRODUCTS}),
    'degraded', json_array()
  )
  FROM orders.orders AS wanted WHERE id = :order AND user_id = :user`;

/** What the page of a user's order should say; undefined where the user has no such order. */
export function expectedOrderPage(databases: Databases, user: string, order: string): unknown {
  return databases.json(ORDER_PAGE, { user, order });
}
