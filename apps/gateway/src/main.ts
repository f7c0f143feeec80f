import { connect, createGateway, revocationRoutes } from "@triptych/gateway";
import {
  createLogger,
  createMetrics,
  openTracing,
  readSettings,
  runMain,
  serve,
  systemClock,
} from "@triptych/service-kit";
import { ROUTES } from "./routes.ts";
import { SETTINGS } from "./settings.ts";

const NAME = "gateway";

await runMain(NAME, async () => {
  const settings = readSettings(process.env, SETTINGS);
  const logger = createLogger({ name: NAME, level: settings.LOG_LEVEL });
  const metrics = createMetrics({ name: NAME });
  const { config, close } = connect(settings, ROUTES, { logger, metrics, clock: systemClock });
  const tracing = await openTracing({ name: NAME, endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT });
  await serve({
    name: NAME,
    app: createGateway({ ...config, tracing }),
    adminApp: revocationRoutes(config.revocations, logger, systemClock),
    port: settings.PORT,
    adminPort: settings.ADMIN_PORT,
    host: settings.HOST,
    drainDelayMs: settings.DRAIN_DELAY_MS,
    logger,
    metrics,
    onDrained: async () => {
      await Promise.all([close(), tracing?.close()]);
    },
  });
});
