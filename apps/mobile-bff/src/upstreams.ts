import type { ClientsOf, UpstreamTable } from "@triptych/bff";
import { catalog } from "@triptych/domain-clients/catalog";
import { orders } from "@triptych/domain-clients/orders";
import { recommendations } from "@triptych/domain-clients/recommendations";
import { users } from "@triptych/domain-clients/users";
import { defineScreens } from "@triptych/screen";

/**
 * The domain services that this BFF uses, with the limits that differ from the defaults. Each is
 * found at its setting: `users` at `USERS_URL`.
 */
export const UPSTREAMS = { users, orders, recommendations, catalog } satisfies UpstreamTable;

/** What a section's `load` may call. */
export type Clients = ClientsOf<typeof UPSTREAMS>;

/** What this BFF's screens are written with. */
// sample:begin
export const { screen, command, required, optional } = defineScreens<Clients>();
// sample:else
// export const { screen, required } = defineScreens<Clients>();
// sample:end
