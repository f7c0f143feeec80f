import type { RequestListener } from "node:http";
import { join } from "node:path";
import type { IdentityKey } from "@triptych/identity";
import * as mobile from "@triptych/mobile-bff";
import * as partner from "@triptych/partner-bff";
import { createMetrics } from "@triptych/service-kit";
import type { Logger, Metrics } from "@triptych/service-kit";
import * as web from "@triptych/web-bff";
import { followingKeys } from "./following-keys.ts";
import type { Settings } from "./settings.ts";

/** One BFF in this process. */
export interface MountedBff {
  /** As the gateway's route table calls it. */
  readonly name: string;
  readonly app: RequestListener;
  /** What it counts about its services; its requests are counted by the gateway, which lets them in. */
  readonly metrics: Metrics;
  readonly close: () => Promise<void>;
}

/**
 * Mounts the three BFFs as their own `main.ts` does, each with upstreams, breakers and bulkheads of its own: one client's
 * trouble with a service stays its own in one process too.
 *
 * @param ringOf a BFF's keys as they are now
 */
export async function mountBffs(
  settings: Settings,
  logger: Logger,
  ringOf: (bff: string) => readonly IdentityKey[],
): Promise<MountedBff[]> {
  const contract = await partner.readContract(join(settings.CONTRACTS_DIR, "apps/partner-bff/contracts"));
  return Promise.all([
    mount("web-bff", web.connectUpstreams, (options) => web.createApp(options)),
    mount("mobile-bff", mobile.connectUpstreams, (options) => mobile.createApp(options)),
    mount("partner-bff", partner.connectUpstreams, async (options) =>
      partner.createApp({
        ...options,
        contract,
        development: settings.NODE_ENV === "development",
        introspection: settings.GRAPHQL_INTROSPECTION === "true",
        trustedDocumentsOnly: settings.TRUSTED_DOCUMENTS_ONLY === "true",
      }),
    ),
  ]);

  async function mount<Clients>(
    name: string,
    connect: (settings: Settings, metrics: Metrics) => Upstreams<Clients>,
    createApp: (options: PartOptions<Clients>) => RequestListener | Promise<RequestListener>,
  ): Promise<MountedBff> {
    const metrics = createMetrics({ name, processMetrics: false });
    const { clients, close } = connect(settings, metrics);
    const own = logger.child({ app: name });
    const app = await followingKeys(
      () => ringOf(name),
      async (identityKeys) => createApp({ identityKeys, clients, logger: own, metrics }),
    );
    return { name, app, metrics, close };
  }
}

interface Upstreams<Clients> {
  readonly clients: Clients;
  readonly close: () => Promise<void>;
}

/** What every BFF's `createApp` takes. */
interface PartOptions<Clients> {
  readonly identityKeys: readonly IdentityKey[];
  readonly clients: Clients;
  readonly logger: Logger;
  readonly metrics: Metrics;
}
