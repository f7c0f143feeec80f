import { createLogger, createMetrics, readSettings, runMain, serve } from "@triptych/service-kit";
import { createApp } from "./app.ts";
import { SETTINGS } from "./settings.ts";
import { connectUpstreams } from "./upstreams.ts";

const NAME = "mobile-bff";

await runMain(NAME, async () => {
  const settings = readSettings(process.env, SETTINGS);
  const logger = createLogger({ name: NAME, level: settings.LOG_LEVEL });
  const metrics = createMetrics({ name: NAME });
  const upstreams = connectUpstreams(settings, metrics);
  const app = createApp({
    identityKeys: settings.IDENTITY_KEYS,
    clients: upstreams.clients,
    logger,
    metrics,
  });
  await serve({
    name: NAME,
    app,
    port: settings.PORT,
    adminPort: settings.ADMIN_PORT,
    host: settings.HOST,
    logger,
    metrics,
    onDrained: upstreams.close,
  });
});
