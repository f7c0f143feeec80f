import { catalogService } from "@triptych/domain-clients/catalog";
import { ordersService } from "@triptych/domain-clients/orders";
import { recommendationsService } from "@triptych/domain-clients/recommendations";
import { usersService } from "@triptych/domain-clients/users";
import type { Metrics } from "@triptych/service-kit";
import { Upstream, systemClock } from "@triptych/upstream-client";
import type { CallScope, Clock } from "@triptych/upstream-client";
import type { Settings } from "./settings.ts";

type Connections = Pick<
  Settings,
  "USERS_URL" | "ORDERS_URL" | "RECOMMENDATIONS_URL" | "CATALOG_URL" | "REDIS_URL"
>;

/** The domain services that this BFF uses, with their limits, connected once at start-up. */
export function connectUpstreams(settings: Connections, metrics: Metrics, clock: Clock = systemClock) {
  const cache = { redisUrl: settings.REDIS_URL };
  const connect = (name: string, addresses: readonly string[]) =>
    new Upstream({ name, addresses, cache, events: metrics.upstreams, clock });
  const upstreams = {
    users: connect("users", settings.USERS_URL),
    orders: connect("orders", settings.ORDERS_URL),
    recommendations: connect("recommendations", settings.RECOMMENDATIONS_URL),
    catalog: connect("catalog", settings.CATALOG_URL),
  };
  const users = usersService(upstreams.users);
  const orders = ordersService(upstreams.orders);
  const recommendations = recommendationsService(upstreams.recommendations);
  // To keep a service's answers for as long as it says, and to have old ones stand in: catalogService(…, { cache: true }).
  const catalog = catalogService(upstreams.catalog);

  return {
    /** The services as one section of a screen sees them. */
    clients: (scope: CallScope) => ({
      users: users.in(scope),
      orders: orders.in(scope),
      recommendations: recommendations.in(scope),
      catalog: catalog.in(scope),
    }),
    close: async () => {
      await Promise.all(Object.values(upstreams).map((upstream) => upstream.close()));
    },
  };
}

/** What a section's `load` may call. */
export type Clients = ReturnType<ReturnType<typeof connectUpstreams>["clients"]>;
