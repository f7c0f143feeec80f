import {
  createLogger,
  createMetrics,
  openTracing,
  readSettings,
  runMain,
  serve,
  systemClock,
} from "@triptych/service-kit";
import { compose } from "./compose.ts";
import { readTls } from "./read-tls.ts";
import { SETTINGS } from "./settings.ts";

const NAME = "small";

await runMain(NAME, async () => {
  const settings = readSettings(process.env, SETTINGS);
  const tls = readTls(settings);
  const metrics = createMetrics({ name: NAME });
  const logger = createLogger({ name: NAME, level: settings.LOG_LEVEL, metrics });
  const clock = systemClock;
  const tracing = await openTracing({ name: NAME, endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT, clock });
  const composed = await compose(settings, { logger, metrics, tracing, clock });
  await serve({
    name: NAME,
    app: composed.app,
    adminApp: composed.adminApp,
    port: settings.PORT,
    adminPort: settings.ADMIN_PORT,
    host: settings.HOST,
    drainDelayMs: settings.DRAIN_DELAY_MS,
    tls,
    logger,
    metrics,
    clock,
    moreMetrics: composed.moreMetrics,
    onDrained: async () => {
      await Promise.all([composed.close(), tracing?.close()]);
    },
  });
});
