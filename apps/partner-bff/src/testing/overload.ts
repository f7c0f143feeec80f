import { UpstreamError } from "@triptych/upstream-client";
import type { Clients } from "../upstreams.ts";
import type { ServiceName } from "./fake-services.ts";

/** The clients, but the named services' are at our own limit: no call of theirs leaves. */
export function overload(names: readonly ServiceName[]): (clients: Clients) => Clients {
  return (clients) => ({
    users: names.includes("users") ? { me: refuse("users") } : clients.users,
    orders: names.includes("orders")
      ? { list: refuse("orders"), get: refuse("orders"), cancel: refuse("orders") }
      : clients.orders,
    recommendations: names.includes("recommendations")
      ? { list: refuse("recommendations") }
      : clients.recommendations,
    catalog: names.includes("catalog")
      ? { product: refuse("catalog"), products: refuse("catalog") }
      : clients.catalog,
  });
}

function refuse(upstream: string): () => Promise<never> {
  return () =>
    Promise.reject(
      new UpstreamError({ kind: "overloaded", upstream, operation: "any", reason: "as the test wants it" }),
    );
}
