import type { Product } from "@triptych/domain-clients/catalog";
import type { Clients } from "../upstreams.ts";

/** What a resolver may call. Products go one by one here: those of one tick are asked for together. */
export type Services = Pick<Clients, "users" | "orders" | "recommendations"> & {
  /** The product, or null where the catalog does not have it. */
  readonly product: (productId: string) => Promise<Product | null>;
};
