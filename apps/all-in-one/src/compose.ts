import type { RequestListener } from "node:http";
import { openGateway } from "@triptych/gateway";
import { ROUTES } from "@triptych/gateway-app";
import type { Clock, Logger, Metrics, Tracing } from "@triptych/service-kit";
import { mountBffs } from "./bffs.ts";
import type { Settings } from "./settings.ts";

/** Gateway and BFFs in one: what `serve` needs. */
export interface Composed {
  readonly app: RequestListener;
  readonly adminApp: RequestListener;
  readonly moreMetrics: readonly Metrics[];
  readonly close: () => Promise<void>;
}

/**
 * The gateway with its own route table and policies; its BFFs are apps in this process. The gateway
 * still signs who asks, and each BFF verifies it with its own keys, as over the network.
 *
 * @throws SettingsError when a file of the gateway cannot be used
 */
export async function compose(
  settings: Settings,
  tools: {
    readonly logger: Logger;
    readonly metrics: Metrics;
    readonly tracing: Tracing | undefined;
    readonly clock: Clock;
  },
): Promise<Composed> {
  const gateway = openGateway(ROUTES, settings, tools);
  const bffs = await mountBffs(settings, tools.logger, gateway.identityKeysOf);
  return {
    app: gateway.createApp(new Map(bffs.map(({ name, app }) => [name, app]))),
    adminApp: gateway.adminApp,
    moreMetrics: bffs.map(({ metrics }) => metrics),
    async close() {
      await Promise.all([gateway.close(), ...bffs.map(async (bff) => bff.close())]);
    },
  };
}
