import type { ClientsOf, UpstreamTable } from "@triptych/bff";
import { catalog, catalogService } from "@triptych/domain-clients/catalog";
import { orders } from "@triptych/domain-clients/orders";
import { recommendations } from "@triptych/domain-clients/recommendations";
import { users } from "@triptych/domain-clients/users";
import { defineScreens } from "@triptych/screen";

/**
 * The domain services that this BFF uses, with the limits that differ from the defaults. Each is
 * found at its setting: `users` at `USERS_URL`.
 */
export const UPSTREAMS = {
  users,
  orders,
  recommendations,
  // The catalog's answers are the largest, and the same for everyone.
  catalog: { ...catalog, service: (upstream) => catalogService(upstream, { cache: true, hedge: true }) },
} satisfies UpstreamTable;

/** What a section's `load` may call. */
export type Clients = ClientsOf<typeof UPSTREAMS>;

/** What this BFF's screens are written with. */
export const { screen, command, required, optional } = defineScreens<Clients>();
