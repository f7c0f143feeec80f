import type { Catalog, Product } from "@triptych/domain-clients/catalog";
import { CallScope } from "@triptych/upstream-client";
import type { RequestContext, StaleUse } from "@triptych/upstream-client";
import DataLoader from "dataloader";

/** What the catalog said of an id; `stale` where it was asked in vain and an older answer stood in. */
export type FoundProduct = { readonly product: Product | null; readonly stale: StaleUse | undefined };

/** As many ids as the catalog takes in one call: a chunk that fails takes no other along. */
const IDS_PER_CALL = 100;

/** Looks products up for one request: all ids of one tick in one `GET /products?ids=`, each id once. */
export function productLoader(
  request: RequestContext,
  catalogIn: (scope: CallScope) => Catalog,
): DataLoader<string, FoundProduct> {
  return new DataLoader(
    async (ids) => {
      const scope = new CallScope(request);
      const products = await catalogIn(scope).products(ids);
      const byId = new Map(products.map((product) => [product.id, product]));
      return ids.map((id) => ({ product: byId.get(id) ?? null, stale: scope.stale }));
    },
    { maxBatchSize: IDS_PER_CALL },
  );
}
