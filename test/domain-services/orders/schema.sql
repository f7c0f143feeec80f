-- Amounts are minor units of the order's currency. NUMERIC keeps 0.0 as 0, as JSON writes it.
CREATE TABLE orders (
  id TEXT PRIMARY KEY, user_id TEXT NOT NULL, number TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL CHECK (status IN ('placed', 'paid', 'packed', 'shipped', 'delivered', 'cancelled', 'returned')),
  placed_at TEXT NOT NULL, updated_at TEXT NOT NULL, currency TEXT NOT NULL,
  subtotal INTEGER NOT NULL, shipping_cost INTEGER NOT NULL, tax INTEGER NOT NULL, total INTEGER NOT NULL,
  payment_method TEXT NOT NULL, payment_last4 TEXT, payment_captured_at TEXT, fraud_score NUMERIC NOT NULL,
  cancel_reason TEXT
) WITHOUT ROWID;
CREATE TABLE order_lines (
  order_id TEXT NOT NULL REFERENCES orders (id), position INTEGER NOT NULL, product_id TEXT NOT NULL, sku TEXT NOT NULL,
  title TEXT NOT NULL, quantity INTEGER NOT NULL, unit_price INTEGER NOT NULL, discount INTEGER NOT NULL,
  line_total INTEGER NOT NULL, tax_rate NUMERIC NOT NULL, warehouse TEXT NOT NULL,
  PRIMARY KEY (order_id, position)
) WITHOUT ROWID;
CREATE TABLE shipments (
  order_id TEXT PRIMARY KEY REFERENCES orders (id), carrier TEXT NOT NULL, tracking_number TEXT NOT NULL,
  estimated_delivery TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE shipment_events (
  order_id TEXT NOT NULL REFERENCES shipments (order_id), position INTEGER NOT NULL,
  at TEXT NOT NULL, place TEXT NOT NULL, status TEXT NOT NULL,
  PRIMARY KEY (order_id, position)
) WITHOUT ROWID;
CREATE TABLE cancellations (
  user_id TEXT NOT NULL, idempotency_key TEXT NOT NULL, order_id TEXT NOT NULL, reason TEXT NOT NULL,
  answer_status INTEGER NOT NULL, answer_body TEXT NOT NULL, answered_at TEXT NOT NULL,
  PRIMARY KEY (user_id, idempotency_key)
) WITHOUT ROWID;
