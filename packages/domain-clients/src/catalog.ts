import type { CallScope, Operation, Upstream } from "@triptych/upstream-client";
import { operationOf } from "@triptych/upstream-client/contract";
import { contract } from "./generated/catalog.ts";
import type { Answers, components } from "./generated/catalog.ts";
import type { ServiceOptions } from "./service-options.ts";

export type Product = components["schemas"]["Product"];
export type ProductImage = Product["images"][number];
export type StockStatus = Product["stock"]["status"];
/** `amount` in minor units of the currency (ISO 4217): cents, or whole yen. */
export type Money = components["schemas"]["Money"];

/** A client of the catalog for one scope. All methods throw an UpstreamError when the service fails. */
export type Catalog = {
  /**
   * The products of those ids, in the ids' order and each once. An id that the catalog does not know is left out; so is one that
   * cannot be an id, without asking. No ids, no call.
   */
  products(productIds: readonly string[]): Promise<readonly Product[]>;
  /** The product; one that the catalog does not know is `rejected`. */
  product(productId: string): Promise<Product>;
};

/** The catalog service, made once at start-up: its answers' checks are compiled here. */
export class CatalogService {
  readonly #upstream: Upstream;
  readonly #list: Operation<Answers["listProducts"]>;
  readonly #get: Operation<Product>;
  readonly #productId: RegExp;
  readonly #idsPerCall: number;

  constructor(upstream: Upstream, { cache = false }: ServiceOptions = {}) {
    this.#upstream = upstream;
    const keep = cache ? ({ cache: "shared" } as const) : {};
    this.#list = operationOf(contract.listProducts, keep);
    this.#get = operationOf(contract.getProduct, keep);
    const { ids } = contract.listProducts.parameters.query;
    this.#productId = new RegExp(ids.items.pattern, "u");
    this.#idsPerCall = ids.maxItems;
  }

  /** The client that a section of a screen uses: under its deadline, for its caller. */
  in(scope: CallScope): Catalog {
    return {
      products: (productIds) => this.#products(scope, productIds),
      product: (productId) => this.#upstream.call(this.#get, scope, { path: { productId } }),
    };
  }

  async #products(scope: CallScope, productIds: readonly string[]): Promise<readonly Product[]> {
    const ids = [...new Set(productIds)].filter((id) => this.#productId.test(id));
    const answers = await Promise.all(
      chunks(ids, this.#idsPerCall).map((some) =>
        this.#upstream.call(this.#list, scope, { query: { ids: some } }),
      ),
    );
    const byId = new Map(answers.flatMap(({ products }) => products).map((product) => [product.id, product]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }
}

export function catalogService(upstream: Upstream, options?: ServiceOptions): CatalogService {
  return new CatalogService(upstream, options);
}

function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
