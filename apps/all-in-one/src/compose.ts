import { openGateway } from "@triptych/gateway";
import { ROUTES } from "@triptych/gateway-app";
import type { OpenProgram, ProgramTools } from "@triptych/service-kit";
import { mountBffs } from "./bffs.ts";
import { readTls } from "./read-tls.ts";
import type { Settings } from "./settings.ts";

/**
 * The gateway with its own route table and policies; its BFFs are apps in this process. The gateway
 * still signs who asks, and each BFF verifies it with its own keys, as over the network.
 *
 * @throws SettingsError when a file of the gateway or the certificate cannot be used
 */
export async function compose(settings: Settings, tools: ProgramTools): Promise<OpenProgram> {
  const tls = readTls(settings);
  const gateway = openGateway(ROUTES, settings, tools);
  const bffs = await mountBffs(settings, tools, gateway.identityKeysOf);
  return {
    app: gateway.createApp(new Map(bffs.map(({ name, app }) => [name, app]))),
    overloadPage: gateway.overloadPage,
    adminApp: gateway.adminApp,
    moreMetrics: bffs.map(({ metrics }) => metrics),
    tls,
    ready: gateway.ready,
    async close() {
      await Promise.all([gateway.close(), ...bffs.map(async (bff) => bff.close())]);
    },
  };
}
