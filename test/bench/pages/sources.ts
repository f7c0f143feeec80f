import type { Product } from "@triptych/domain-clients/catalog";
import type { OrdersPage } from "@triptych/domain-clients/orders";
import type { User } from "@triptych/domain-clients/users";
import type { ServiceName } from "../processes/services.ts";

/** One GET of a service; resolves to the parsed JSON. What differs from contender to contender. */
export type Get = (service: ServiceName, target: string) => Promise<unknown>;

export type Slots = {
  readonly slots: readonly {
    readonly product: { readonly id: string };
    readonly because: { readonly kind: string };
  }[];
};
export type Products = { readonly products: readonly Product[] };

/** The calls of a page, written as people write them: the answer is what its type says, and nobody looks. */
export type Sources = {
  readonly me: () => Promise<User>;
  readonly orders: (limit: number) => Promise<OrdersPage>;
  readonly recommendations: (limit: number) => Promise<Slots>;
  readonly products: (ids: readonly string[]) => Promise<Products>;
};

/** The services' addresses, and what their answers are believed to be. */
const TARGETS = {
  me: "/users/me",
  orders: (limit: number) => `/orders?limit=${limit}`,
  recommendations: (limit: number) => `/recs/v2?limit=${limit}`,
  products: (ids: readonly string[]) => `/products?ids=${ids.join(",")}`,
};

/* oxlint-disable typescript/no-unsafe-type-assertion -- believing the answers is what makes these programs cheap: the project's
   checks are measured against them */
export function sourcesOf(get: Get): Sources {
  return {
    me: () => get("users", TARGETS.me) as Promise<User>,
    orders: (limit) => get("orders", TARGETS.orders(limit)) as Promise<OrdersPage>,
    recommendations: (limit) => get("recommendations", TARGETS.recommendations(limit)) as Promise<Slots>,
    products: (ids) => get("catalog", TARGETS.products(ids)) as Promise<Products>,
  };
}
/* oxlint-enable typescript/no-unsafe-type-assertion */
