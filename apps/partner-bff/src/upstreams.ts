import type { ClientsOf, UpstreamTable } from "@triptych/bff";
import { catalog } from "@triptych/domain-clients/catalog";
import { orders } from "@triptych/domain-clients/orders";
import { recommendations } from "@triptych/domain-clients/recommendations";
import { users } from "@triptych/domain-clients/users";

/**
 * The domain services that this BFF uses, with the limits that differ from the defaults. Each is
 * found at its setting: `users` at `USERS_URL`.
 */
export const UPSTREAMS = { users, orders, recommendations, catalog } satisfies UpstreamTable;

/** What a resolver may call. */
export type Clients = ClientsOf<typeof UPSTREAMS>;
