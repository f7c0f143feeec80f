import type { ClientsOf } from "@triptych/bff";
import { catalogService } from "@triptych/domain-clients/catalog";
import { ordersService } from "@triptych/domain-clients/orders";
import { recommendationsService } from "@triptych/domain-clients/recommendations";
import { usersService } from "@triptych/domain-clients/users";

/**
 * The domain services that this BFF uses, with the limits that differ from the defaults. Each is
 * found at its setting: `users` at `USERS_URL`.
 */
export const UPSTREAMS = {
  users: { service: usersService },
  orders: { service: ordersService },
  recommendations: { service: recommendationsService },
  catalog: { service: catalogService },
};

/** What a resolver may call. */
export type Clients = ClientsOf<typeof UPSTREAMS>;
