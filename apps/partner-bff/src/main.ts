import { join } from "node:path";
import {
  createLogger,
  createMetrics,
  openTracing,
  readSettings,
  runMain,
  serve,
} from "@triptych/service-kit";
import { createApp } from "./app.ts";
import { readContract } from "./contract.ts";
import { SETTINGS } from "./settings.ts";
import { connectUpstreams } from "./upstreams.ts";

const NAME = "partner-bff";

await runMain(NAME, async () => {
  const settings = readSettings(process.env, SETTINGS);
  const logger = createLogger({ name: NAME, level: settings.LOG_LEVEL });
  const metrics = createMetrics({ name: NAME });
  const tracing = await openTracing({ name: NAME, endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT });
  const upstreams = connectUpstreams(settings, metrics);
  const app = await createApp({
    identityKeys: settings.IDENTITY_KEYS,
    clients: upstreams.clients,
    contract: await readContract(join(import.meta.dirname, "..", "contracts")),
    development: settings.NODE_ENV === "development",
    introspection: settings.GRAPHQL_INTROSPECTION === "true",
    trustedDocumentsOnly: settings.TRUSTED_DOCUMENTS_ONLY === "true",
    logger,
    metrics,
    tracing,
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
