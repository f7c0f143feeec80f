import type { ClientsOf, UpstreamTable } from "@triptych/bff";
import { catalogService } from "@triptych/domain-clients/catalog";
import { ordersService } from "@triptych/domain-clients/orders";
import { recommendationsService } from "@triptych/domain-clients/recommendations";
import { usersService } from "@triptych/domain-clients/users";
import { defineScreens } from "@triptych/screen";

/** Our own services know the user by the signed identity, and keep to the formats of dates. */
const OURS = { identity: "signed", formats: "enforce" } as const;

/**
 * The domain services that this BFF uses, with the limits that differ from the defaults. Each is
 * found at its setting: `users` at `USERS_URL`.
 */
export const UPSTREAMS = {
  users: { service: usersService, ...OURS },
  orders: { service: ordersService, ...OURS },
  recommendations: { service: recommendationsService, ...OURS },
  catalog: { service: catalogService, ...OURS },
} satisfies UpstreamTable;

/** What a section's `load` may call. */
export type Clients = ClientsOf<typeof UPSTREAMS>;

/** What this BFF's screens are written with. */
// sample:begin
export const { screen, command, required, optional } = defineScreens<Clients>();
// sample:else
// export const { screen, required } = defineScreens<Clients>();
// sample:end
