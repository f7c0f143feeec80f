import { idOf } from "../http/parameters.ts";
import { notFound } from "../http/problem.ts";
import { conditionalJson, json } from "../http/reply.ts";
import type { ServiceDefinition } from "../process/service.ts";
import { catalogSeed } from "./database.ts";
import { productIdsOf } from "./product-ids.ts";
import { productReader } from "./product-reader.ts";

/** A product's members that hold texts under names of the supplier's choice. */
const MAPS = ["attributes", "seo"];

/** Products, the same for every user. */
export const catalogService: ServiceDefinition = {
  name: "catalog",
  seed: catalogSeed,
  open(database) {
    const read = productReader(database);
    return {
      routes: [
        {
          method: "GET",
          path: "/products",
          breakable: {
            required: "products.*.price",
            typed: "products.*.images",
            enumerated: "products.*.stock.status",
            maps: MAPS,
          },
          answer(request) {
            const products = productIdsOf(request.query).flatMap((id) => read(id) ?? []);
            return conditionalJson(
              { products },
              { "cache-control": "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400" },
            );
          },
        },
        {
          method: "GET",
          path: "/products/:productId",
          breakable: { required: "price", typed: "images", enumerated: "stock.status", maps: MAPS },
          answer(request) {
            const product = read(idOf(request.params, "productId"));
            if (product === undefined) throw notFound("The catalog has no product of this id.");
            return json(product);
          },
        },
      ],
    };
  },
};
