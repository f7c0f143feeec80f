import type { RequestListener } from "node:http";
import { createApp } from "@triptych/bff";
import type { AppOptions } from "@triptych/bff";
import type { IdentityKey } from "@triptych/identity";
import { bff as mobile } from "@triptych/mobile-bff";
import { bff as partner } from "@triptych/partner-bff";
import { createMetrics } from "@triptych/service-kit";
import type { Metrics, ProgramTools } from "@triptych/service-kit";
import { bff as web } from "@triptych/web-bff";
import type { Settings } from "./settings.ts";

/** One BFF in this process. */
export interface MountedBff {
  /** Its name in the gateway's route table. */
  readonly name: string;
  readonly app: RequestListener;
  /** Counts its calls to services; its requests are counted by the gateway, which lets them in. */
  readonly metrics: Metrics;
  readonly close: () => Promise<void>;
}

/**
 * Mounts the three BFFs. Each has its own upstreams, breakers and bulkheads, so one client's
 * trouble with a service stays its own in one process too.
 *
 * @param ringOf a BFF's keys as they are now
 */
export function mountBffs(
  settings: Settings,
  { logger, clock }: Pick<ProgramTools, "logger" | "clock">,
  ringOf: (bff: string) => readonly IdentityKey[],
): Promise<MountedBff[]> {
  const all = { ...settings, IDENTITY_KEYS: [] };
  return Promise.all([
    mount(web.name, (options) => createApp(web, all, options)),
    mount(mobile.name, (options) => createApp(mobile, all, options)),
    mount(partner.name, (options) => createApp(partner, all, options)),
  ]);

  async function mount(
    name: string,
    create: (options: AppOptions) => ReturnType<typeof createApp>,
  ): Promise<MountedBff> {
    const metrics = createMetrics({ name, processMetrics: false });
    const made = await create({
      logger: logger.child({ app: name }),
      metrics,
      clock,
      identityKeys: () => ringOf(name),
    });
    return { name, metrics, ...made };
  }
}
