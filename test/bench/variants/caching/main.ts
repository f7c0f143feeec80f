/**
 * The web BFF as its `main.ts` starts it, but that the catalog's answers are kept for as long as the catalog says, where CATALOG_CACHE is `true`:
 * the one word in `upstreams.ts` that a team would change.
 */
import { catalogService } from "@triptych/domain-clients/catalog";
import { createLogger, createMetrics, readSettings, runMain, serve } from "@triptych/service-kit";
import { Upstream } from "@triptych/upstream-client";
import { SETTINGS, connectUpstreams, createApp } from "@triptych/web-bff";

const NAME = "web-bff";

await runMain(NAME, async () => {
  const settings = readSettings(process.env, SETTINGS);
  const logger = createLogger({ name: NAME, level: settings.LOG_LEVEL });
  const metrics = createMetrics({ name: NAME });
  const upstreams = connectUpstreams(settings, metrics);
  const upstream = new Upstream({
    name: "catalog",
    addresses: settings.CATALOG_URL,
    events: metrics.upstreams,
  });
  const catalog = catalogService(upstream, { cache: process.env["CATALOG_CACHE"] === "true" });
  const app = createApp({
    identityKeys: settings.IDENTITY_KEYS,
    clients: (scope) => ({ ...upstreams.clients(scope), catalog: catalog.in(scope) }),
    logger,
    metrics,
  });
  const { PORT: port, ADMIN_PORT: adminPort, HOST: host } = settings;
  await serve({ name: NAME, app, port, adminPort, host, logger, metrics });
});
