import {
  createLogger,
  createMetrics,
  openTracing,
  readSettings,
  runMain,
  serve,
  systemClock,
} from "@triptych/service-kit";
import { createApp } from "./app.ts";
import type { Bff, SettingValues, Spec } from "./define-bff.ts";
import type { UpstreamTable } from "./upstreams.ts";

/**
 * Runs a BFF as a process of its own until a signal: reads the settings, opens the connections,
 * serves, and drains. A missing or malformed setting ends the process with one line that names it.
 *
 * @param env the environment: `process.env`
 */
export async function startBff<Table extends UpstreamTable, More extends Spec>(
  bff: Bff<Table, More>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const { name } = bff;
  await runMain(name, async () => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same values, name by name, which the compiler cannot see through two generic types
    const settings = readSettings(env, bff.settings) as unknown as SettingValues<More>;
    const metrics = createMetrics({ name });
    const logger = createLogger({ name, level: settings.LOG_LEVEL, metrics });
    const clock = systemClock;
    const tracing = await openTracing({ name, endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT, clock });
    const { app, close } = await createApp(bff, settings, { logger, metrics, tracing, clock });
    await serve({
      name,
      app,
      port: settings.PORT,
      adminPort: settings.ADMIN_PORT,
      host: settings.HOST,
      drainDelayMs: settings.DRAIN_DELAY_MS,
      logger,
      metrics,
      clock,
      onDrained: async () => {
        await Promise.all([close(), tracing?.close()]);
      },
    });
  });
}
