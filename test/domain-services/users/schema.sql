CREATE TABLE users (
  id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, phone TEXT,
  given_name TEXT NOT NULL, family_name TEXT NOT NULL, display_name TEXT NOT NULL, honorific TEXT,
  avatar_small TEXT NOT NULL, avatar_medium TEXT NOT NULL, avatar_large TEXT NOT NULL,
  birth_date TEXT, locale TEXT, time_zone TEXT,
  loyalty_tier TEXT NOT NULL CHECK (loyalty_tier IN ('none', 'bronze', 'silver', 'gold')),
  loyalty_points INTEGER NOT NULL, expiring_points INTEGER NOT NULL, points_expire_on TEXT,
  currency TEXT NOT NULL, newsletter INTEGER NOT NULL, sms INTEGER NOT NULL, push INTEGER NOT NULL, theme TEXT NOT NULL,
  segment TEXT NOT NULL, acquisition_channel TEXT NOT NULL, lifetime_value INTEGER NOT NULL, consent_version TEXT NOT NULL,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL, last_seen_at TEXT
) WITHOUT ROWID;
CREATE TABLE addresses (
  user_id TEXT NOT NULL REFERENCES users (id), position INTEGER NOT NULL, id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('billing', 'shipping')), line1 TEXT NOT NULL, line2 TEXT, city TEXT NOT NULL,
  region TEXT, postcode TEXT NOT NULL, country TEXT NOT NULL, is_default INTEGER NOT NULL,
  PRIMARY KEY (user_id, position)
) WITHOUT ROWID;
CREATE TABLE favourite_categories (
  user_id TEXT NOT NULL REFERENCES users (id), position INTEGER NOT NULL, category TEXT NOT NULL,
  PRIMARY KEY (user_id, position)
) WITHOUT ROWID;
