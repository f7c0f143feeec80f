import type { Product } from "@triptych/domain-clients/catalog";
import type { OrdersPage } from "@triptych/domain-clients/orders";
import type { User } from "@triptych/domain-clients/users";
import type { ServiceName } from "../../recordings/recordings.ts";

/**
 * One GET of a service's path, which resolves to the parsed JSON: what differs between contenders.
 */
export type Get = (service: ServiceName, target: string) => Promise<unknown>;

/** What recommendations answers, as far as pages read it. */
export type Slots = {
  readonly slots: readonly {
    readonly product: { readonly id: string };
    readonly because: { readonly kind: string };
  }[];
};

/** The calls of a page, as people write them: the answer is believed to be what its type says. */
export type Sources = {
  readonly me: () => Promise<User>;
  readonly orders: (limit: number) => Promise<OrdersPage>;
  readonly recommendations: (limit: number) => Promise<Slots>;
  readonly products: (ids: readonly string[]) => Promise<{ readonly products: readonly Product[] }>;
};

/* oxlint-disable typescript/no-unsafe-type-assertion -- believing the answers is what makes these
   programs cheap: the project's checks are measured against them */
/** Makes a page's calls of a way to GET. */
export function sourcesOf(get: Get): Sources {
  return {
    me: () => get("users", "/users/me") as Promise<User>,
    orders: (limit) => get("orders", `/orders?limit=${limit}`) as Promise<OrdersPage>,
    recommendations: (limit) => get("recommendations", `/recs/v2?limit=${limit}`) as Promise<Slots>,
    products: (ids) => get("catalog", `/products?ids=${ids.join(",")}`) as ReturnType<Sources["products"]>,
  };
}
/* oxlint-enable typescript/no-unsafe-type-assertion */

/** The services' addresses in the environment. @throws TypeError where one is not set */
export function serviceOrigins(env: NodeJS.ProcessEnv): Readonly<Record<ServiceName, string>> {
  const address = (name: string): string => {
    const value = env[name];
    if (value === undefined) throw new TypeError(`${name} is not set: npm run bench sets it`);
    return value;
  };
  return {
    users: address("USERS_URL"),
    orders: address("ORDERS_URL"),
    recommendations: address("RECOMMENDATIONS_URL"),
    catalog: address("CATALOG_URL"),
  };
}

/** Prints where a contender listens, as the project's programs do in their first line. */
export function announce(address: { readonly port: number } | string | null): void {
  const port = typeof address === "object" ? address?.port : undefined;
  const readyMs = Math.round(performance.now());
  process.stdout.write(`${JSON.stringify({ port, readyMs })}\n`);
}
