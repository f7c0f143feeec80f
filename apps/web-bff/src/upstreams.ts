import type { ClientsOf, UpstreamTable } from "@triptych/bff";
import { catalogService } from "@triptych/domain-clients/catalog";
import { ordersService } from "@triptych/domain-clients/orders";
import { recommendationsService } from "@triptych/domain-clients/recommendations";
import { usersService } from "@triptych/domain-clients/users";
import { defineScreens } from "@triptych/screen";

/**
 * The domain services that this BFF uses, with the limits that differ from the defaults. Each is
 * found at its setting: `users` at `USERS_URL`. All are our own, so they get the user's signed
 * identity.
 */
export const UPSTREAMS = {
  users: { service: usersService, identity: "signed" },
  orders: { service: ordersService, identity: "signed" },
  recommendations: { service: recommendationsService, identity: "signed" },
  // The catalog's answers are the largest, and the same for everyone.
  catalog: {
    service: (upstream) => catalogService(upstream, { cache: true, hedge: true }),
    identity: "signed",
  },
} satisfies UpstreamTable;

/** What a section's `load` may call. */
export type Clients = ClientsOf<typeof UPSTREAMS>;

/** What this BFF's screens are written with. */
export const { screen, command, required, optional } = defineScreens<Clients>();
