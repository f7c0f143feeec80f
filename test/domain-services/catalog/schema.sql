-- Amounts are minor units of the currency beside them. NUMERIC keeps 4.0 as 4, as JSON writes it.
CREATE TABLE products (
  id TEXT PRIMARY KEY, sku TEXT NOT NULL UNIQUE, title TEXT NOT NULL, subtitle TEXT, brand TEXT NOT NULL,
  category TEXT NOT NULL, description TEXT NOT NULL,
  price_amount INTEGER NOT NULL, list_price_amount INTEGER, currency TEXT NOT NULL,
  rating_average NUMERIC NOT NULL, rating_count INTEGER NOT NULL,
  stock_status TEXT NOT NULL CHECK (stock_status IN ('in_stock', 'low', 'out_of_stock')), stock_quantity INTEGER NOT NULL,
  supplier_name TEXT NOT NULL, supplier_country TEXT NOT NULL, supplier_lead_time_days INTEGER NOT NULL,
  supplier_cost_amount INTEGER NOT NULL, supplier_cost_currency TEXT NOT NULL, supplier_contact TEXT NOT NULL,
  seo_title TEXT NOT NULL, seo_description TEXT NOT NULL, seo_slug TEXT NOT NULL, seo_keywords TEXT NOT NULL,
  updated_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE product_images (
  product_id TEXT NOT NULL REFERENCES products (id), position INTEGER NOT NULL,
  url TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, alt TEXT,
  PRIMARY KEY (product_id, position)
) WITHOUT ROWID;
CREATE TABLE product_attributes (
  product_id TEXT NOT NULL REFERENCES products (id), position INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (product_id, position)
) WITHOUT ROWID;
CREATE TABLE product_ratings (
  product_id TEXT NOT NULL REFERENCES products (id), stars INTEGER NOT NULL, ratings INTEGER NOT NULL,
  PRIMARY KEY (product_id, stars)
) WITHOUT ROWID;
CREATE TABLE product_warehouses (
  product_id TEXT NOT NULL REFERENCES products (id), position INTEGER NOT NULL, warehouse TEXT NOT NULL,
  PRIMARY KEY (product_id, position)
) WITHOUT ROWID;
