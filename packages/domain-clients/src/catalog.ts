import type { CallScope, Upstream } from "@triptych/upstream-client";
import { operationOf } from "@triptych/upstream-client/contract";
import type { ContractService } from "@triptych/upstream-client/contract";
import { contract } from "./generated/catalog.ts";
import type { Answers, components } from "./generated/catalog.ts";
import { OURS, readFor } from "./service.ts";
import type { ServiceOptions } from "./service.ts";

/** A product with price, images, rating and stock. */
export type Product = components["schemas"]["Product"];
/** One size of a product's image. */
export type ProductImage = Product["images"][number];
/** Whether a product can be bought now; `unknown` for a status that the contract does not list. */
export type StockStatus = Product["stock"]["status"];
/** `amount` in minor units of the currency (ISO 4217): cents, or whole yen. */
export type Money = components["schemas"]["Money"];

/** A client of the catalog for one scope. It throws an UpstreamError when the service fails. */
export type Catalog = {
  /**
   * The products with these ids, each once, in the order of the ids. Unknown ids are left out, and
   * ids that the contract does not allow are not sent. A product that breaks the contract is left
   * out, which the scope notes. Without ids there is no call.
   */
  products(productIds: readonly string[]): Promise<readonly Product[]>;
  /** One product. A product that the catalog does not know is `rejected`. */
  product(productId: string): Promise<Product>;
};

/** The catalog service. Make it once, at start-up: this compiles the checks of its answers. */
export function catalogService(upstream: Upstream, options: ServiceOptions = {}): ContractService<Catalog> {
  const listProducts = operationOf<Answers["listProducts"]>(contract.listProducts, {
    ...readFor("shared", options),
    leaveOut: "products",
  });
  const getProduct = operationOf<Product>(contract.getProduct, readFor("shared", options));
  const { ids: parameter } = contract.listProducts.parameters.query;
  const validId = new RegExp(parameter.items.pattern, "u");

  const products = (scope: CallScope, productIds: readonly string[]): Promise<readonly Product[]> => {
    const ids = [...new Set(productIds)].filter((id) => validId.test(id));
    const calls = chunks(ids, parameter.maxItems).map((some) =>
      upstream.call(listProducts, scope, { query: { ids: some } }),
    );
    return Promise.all(calls).then((answers) => {
      const byId = new Map(
        answers.flatMap((answer) => answer.products).map((product) => [product.id, product]),
      );
      return ids.flatMap((id) => byId.get(id) ?? []);
    });
  };

  return {
    in: (scope) => ({
      products: (productIds) => products(scope, productIds),
      product: (productId) => upstream.call(getProduct, scope, { path: { productId } }),
    }),
  };
}

/** How a BFF uses the service, where it changes no default. */
export const catalog = { service: catalogService, ...OURS };

function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
