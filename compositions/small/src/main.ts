import { enableCompileCache } from "node:module";

// As in the BFFs: it holds for what is loaded after this line.
enableCompileCache();
const { createLogger, createMetrics, openTracing, readSettings, runMain, serve, systemClock } =
  await import("@triptych/service-kit");
const { compose } = await import("./compose.ts");
const { readTls } = await import("./read-tls.ts");
const { SETTINGS } = await import("./settings.ts");

const NAME = "small";

await runMain(NAME, async () => {
  const settings = readSettings(process.env, SETTINGS);
  const tls = readTls(settings);
  const logger = createLogger({ name: NAME, level: settings.LOG_LEVEL });
  const metrics = createMetrics({ name: NAME });
  const tracing = await openTracing({ name: NAME, endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT });
  const composed = await compose(settings, { logger, metrics, tracing, clock: systemClock, now: Date.now });
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
    moreMetrics: composed.moreMetrics,
    onDrained: async () => {
      await Promise.all([composed.close(), tracing?.close()]);
    },
  });
});
