import type { Request } from "express";
import { text } from "../service/database.ts";
import { Problem } from "../service/reply.ts";
import { idOf, isId, shorten, single } from "../service/request.ts";
import { runService } from "../service/run.ts";
import type { ServiceDefinition } from "../service/run.ts";

/** A list that belongs to a product, as JSON. */
const listOf = (item: string, table: string, order = "position"): string =>
  `json((SELECT json_group_array(${item} ORDER BY ${order}) FROM ${table} WHERE product_id = products.id))`;

/**
 * A product in the contract's shape. json_patch() drops what is null: the contract lets it be
 * missing.
 */
const SELECT_PRODUCT = `
  SELECT json_patch(json_object(
    'id', id, 'sku', sku, 'title', title, 'subtitle', subtitle, 'brand', brand, 'category', category,
    'description', description, 'price', json_object('amount', price_amount, 'currency', currency),
    'images', ${listOf("json_patch(json_object('url', ?1 || url, 'width', width, 'height', height), json_object('alt', alt))", "product_images")},
    'rating', json_object('average', rating_average, 'count', rating_count,
      'histogram', ${listOf("ratings", "product_ratings", "stars")}),
    'stock', json_object('status', stock_status, 'quantity', stock_quantity,
      'warehouses', ${listOf("warehouse", "product_warehouses")}),
    'attributes', json((
      SELECT json_group_object(name, value ORDER BY position) FROM product_attributes WHERE product_id = products.id)),
    'supplier', json_object('name', supplier_name, 'country', supplier_country, 'leadTimeDays', supplier_lead_time_days,
      'cost', json_object('amount', supplier_cost_amount, 'currency', supplier_cost_currency), 'contact', supplier_contact),
    'seo', json_object('title', seo_title, 'description', seo_description, 'slug', seo_slug, 'keywords', seo_keywords),
    'updatedAt', updated_at
  ), json_object('listPrice', iif(list_price_amount IS NULL, NULL,
    json_object('amount', list_price_amount, 'currency', currency)))) AS body
  FROM products WHERE id = ?2`;

/** Maps, whose keys are the supplier's choice. */
const MAPS = ["attributes", "seo"];
/** The contract lets a caller ask for at most 100 products. */
const MAX_IDS = 100;

/**
 * Prices and stock may be a minute old. A shop without its catalog is worse than one with
 * yesterday's.
 */
const CACHEABLE = {
  headers: { "cache-control": "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400" },
  isConditional: true,
} as const;

/** Products, the same for every user. */
export const catalogService: ServiceDefinition = {
  name: "catalog",
  defaultPort: 9004,
  loadData: () => import("./data.ts"),
  open(database, _clock, mediaUrl) {
    const select = database.prepare(SELECT_PRODUCT);
    const read = (id: string): string[] => select.all(mediaUrl, id).map((row) => text(row, "body"));
    return {
      routes: [
        {
          method: "get",
          path: "/products",
          breakable: {
            required: "products.*.price",
            typed: "products.*.images",
            enumerated: "products.*.stock.status",
            maps: MAPS,
          },
          answer(request) {
            const products = productIdsOf(request).flatMap(read);
            return {
              status: 200,
              body: `{"products":[${products.join(",")}]}`,
              ...CACHEABLE,
            };
          },
        },
        {
          method: "get",
          path: "/products/:productId",
          breakable: { required: "price", typed: "images", enumerated: "stock.status", maps: MAPS },
          answer(request) {
            const [body] = read(idOf(request, "productId"));
            if (body === undefined) throw new Problem(404, "The catalog has no product of this id.");
            return { status: 200, body, ...CACHEABLE };
          },
        },
      ],
    };
  },
};

/** The ids of `?ids=a,b,c`, in this order, without repetitions. @throws Problem 400 */
function productIdsOf(request: Request): string[] {
  const ids = (single(request, "ids") || undefined)?.split(",") ?? [];
  if (ids.length === 0 || ids.length > MAX_IDS)
    throw new Problem(
      400,
      `ids must hold 1 to ${MAX_IDS} product ids, separated by commas, got ${ids.length}.`,
    );
  const malformed = ids.find((id) => !isId(id));
  if (malformed === undefined) return [...new Set(ids)];
  throw new Problem(
    400,
    `ids must hold ids of 1 to 64 letters, digits, '_' or '-', got '${shorten(malformed)}'.`,
  );
}

if (import.meta.main) await runService("catalog", () => catalogService, process.env);
