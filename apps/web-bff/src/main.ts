import {
  createLogger,
  createMetrics,
  openTracing,
  readSettings,
  runMain,
  serve,
} from "@triptych/service-kit";
import { createApp } from "./app.ts";
import { SETTINGS } from "./settings.ts";
import { connectUpstreams } from "./upstreams.ts";

const NAME = "web-bff";

await runMain(NAME, async () => {
  const settings = readSettings(process.env, SETTINGS);
  const logger = createLogger({ name: NAME, level: settings.LOG_LEVEL });
  const metrics = createMetrics({ name: NAME });
  const tracing = await openTracing({ name: NAME, endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT });
  const upstreams = connectUpstreams(settings, metrics);
  const app = createApp({
    identityKeys: settings.IDENTITY_KEYS,
    clients: upstreams.clients,
    logger,
    metrics,
    tracing,
    // Loaded where it is served.
    ...(settings.NODE_ENV === "development" ? { docs: (await import("./contract/docs.ts")).docs() } : {}),
  });
  await serve({
    name: NAME,
    app,
    port: settings.PORT,
    adminPort: settings.ADMIN_PORT,
    host: settings.HOST,
    drainDelayMs: settings.DRAIN_DELAY_MS,
    logger,
    metrics,
    onDrained: async () => {
      await Promise.all([upstreams.close(), tracing?.close()]);
    },
  });
});
