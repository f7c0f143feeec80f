-- NUMERIC keeps 4.0 as 4, as JSON writes it. The best sellers are the ranking of the user ''.
CREATE TABLE ranking (
  user_id TEXT NOT NULL, rank INTEGER NOT NULL, product_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('bought_together', 'popular')), because_product_id TEXT,
  score NUMERIC NOT NULL, confidence NUMERIC NOT NULL, supporting_products INTEGER NOT NULL,
  PRIMARY KEY (user_id, rank)
) WITHOUT ROWID;
