import type { DatabaseSync } from "node:sqlite";
import type { ProductSeed } from "../seed/products.ts";
import { SEED_VERSION, toDateTime } from "../seed/reference.ts";
import { inserter } from "../sql/insert.ts";
import type { ColumnValues } from "../sql/insert.ts";
import type { DatabaseSeed } from "../sql/seeded-database.ts";

const SCHEMA_VERSION = 1;

/** Amounts are minor units of the currency beside them. */
const SCHEMA = `
  CREATE TABLE products (
    id TEXT PRIMARY KEY, sku TEXT NOT NULL UNIQUE, title TEXT NOT NULL, subtitle TEXT, brand TEXT NOT NULL,
    category TEXT NOT NULL, description TEXT NOT NULL,
    price_amount INTEGER NOT NULL, list_price_amount INTEGER, currency TEXT NOT NULL,
    rating_average REAL NOT NULL, rating_count INTEGER NOT NULL,
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
`;

export const catalogSeed: DatabaseSeed = {
  name: "catalog",
  version: SEED_VERSION * 1_000 + SCHEMA_VERSION,
  async load() {
    const { generateProducts } = await import("../seed/products.ts");
    return (database) => {
      database.exec(SCHEMA);
      fill(database, generateProducts());
    };
  },
};

function fill(database: DatabaseSync, products: readonly ProductSeed[]): void {
  const insertProduct = inserter(database, "products");
  const insertImage = inserter(database, "product_images");
  const insertAttribute = inserter(database, "product_attributes");
  const insertRating = inserter(database, "product_ratings");
  const insertWarehouse = inserter(database, "product_warehouses");
  for (const product of products) {
    const { id } = product.article;
    insertProduct(productColumns(product));
    for (const [position, { url, width, height, alt }] of product.images.entries()) {
      insertImage({ product_id: id, position, url, width, height, alt });
    }
    for (const [position, [name, value]] of Object.entries(product.attributes).entries()) {
      insertAttribute({ product_id: id, position, name, value });
    }
    for (const [index, ratings] of product.histogram.entries()) {
      insertRating({ product_id: id, stars: index + 1, ratings });
    }
    for (const [position, warehouse] of product.warehouses.entries()) {
      insertWarehouse({ product_id: id, position, warehouse });
    }
  }
}

function productColumns(product: ProductSeed): ColumnValues {
  const { article, supplier, seo } = product;
  return {
    id: article.id,
    sku: article.sku,
    title: article.title,
    subtitle: product.subtitle,
    brand: product.brand,
    category: article.category,
    description: product.description,
    price_amount: product.price,
    list_price_amount: product.listPrice,
    currency: article.currency,
    rating_average: product.ratingAverage,
    rating_count: product.ratingCount,
    stock_status: product.stockStatus,
    stock_quantity: product.stockQuantity,
    supplier_name: supplier.name,
    supplier_country: supplier.country,
    supplier_lead_time_days: supplier.leadTimeDays,
    supplier_cost_amount: supplier.costAmount,
    supplier_cost_currency: supplier.costCurrency,
    supplier_contact: supplier.contact,
    seo_title: seo.title,
    seo_description: seo.description,
    seo_slug: seo.slug,
    seo_keywords: seo.keywords,
    updated_at: toDateTime(product.updatedAt),
  };
}
