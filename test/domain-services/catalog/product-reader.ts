import type { DatabaseSync } from "node:sqlite";
import { number, text, textOrNull } from "../sql/rows.ts";
import type { Row } from "../sql/rows.ts";

/** Reads products in the contract's shape. */
export function productReader(database: DatabaseSync): (id: string) => object | undefined {
  const selectProduct = database.prepare("SELECT * FROM products WHERE id = ?");
  const selectImages = database.prepare(
    "SELECT * FROM product_images WHERE product_id = ? ORDER BY position",
  );
  const selectAttributes = database.prepare(
    "SELECT * FROM product_attributes WHERE product_id = ? ORDER BY position",
  );
  const selectRatings = database.prepare(
    "SELECT ratings FROM product_ratings WHERE product_id = ? ORDER BY stars",
  );
  const selectWarehouses = database.prepare(
    "SELECT warehouse FROM product_warehouses WHERE product_id = ? ORDER BY position",
  );
  return (id) => {
    const row = selectProduct.get(id);
    if (row === undefined) return undefined;
    return toProduct(row, {
      images: selectImages.all(id),
      attributes: selectAttributes.all(id),
      ratings: selectRatings.all(id),
      warehouses: selectWarehouses.all(id),
    });
  };
}

interface ProductParts {
  images: readonly Row[];
  attributes: readonly Row[];
  ratings: readonly Row[];
  warehouses: readonly Row[];
}

function toProduct(row: Row, parts: ProductParts): object {
  const currency = text(row, "currency");
  return {
    id: text(row, "id"),
    sku: text(row, "sku"),
    title: text(row, "title"),
    subtitle: textOrNull(row, "subtitle"),
    brand: text(row, "brand"),
    category: text(row, "category"),
    description: text(row, "description"),
    price: { amount: number(row, "price_amount"), currency },
    // The contract lets it be missing, not null.
    ...(row["list_price_amount"] === null
      ? {}
      : { listPrice: { amount: number(row, "list_price_amount"), currency } }),
    images: parts.images.map(toImage),
    rating: {
      average: number(row, "rating_average"),
      count: number(row, "rating_count"),
      histogram: parts.ratings.map((rating) => number(rating, "ratings")),
    },
    stock: {
      status: text(row, "stock_status"),
      quantity: number(row, "stock_quantity"),
      warehouses: parts.warehouses.map((held) => text(held, "warehouse")),
    },
    attributes: Object.fromEntries(
      parts.attributes.map((attribute) => [text(attribute, "name"), text(attribute, "value")]),
    ),
    supplier: {
      name: text(row, "supplier_name"),
      country: text(row, "supplier_country"),
      leadTimeDays: number(row, "supplier_lead_time_days"),
      cost: { amount: number(row, "supplier_cost_amount"), currency: text(row, "supplier_cost_currency") },
      contact: text(row, "supplier_contact"),
    },
    seo: {
      title: text(row, "seo_title"),
      description: text(row, "seo_description"),
      slug: text(row, "seo_slug"),
      keywords: text(row, "seo_keywords"),
    },
    updatedAt: text(row, "updated_at"),
  };
}

function toImage(row: Row): object {
  const alt = textOrNull(row, "alt");
  return {
    url: text(row, "url"),
    width: number(row, "width"),
    height: number(row, "height"),
    ...(alt === null ? {} : { alt }),
  };
}
