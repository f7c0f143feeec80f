import type { Clock, Logger, Metrics } from "@triptych/service-kit";
import { Agent } from "undici";
import type { GatewayConfig } from "./app.ts";
import { bffAddress, bffsOf } from "./config/bff-addresses.ts";
import { filesOf, liveConfigLoader } from "./config/live-config.ts";
import { reloading } from "./config/reloading.ts";
import { watchFiles } from "./config/watch-files.ts";
import { createBearerVerifier } from "./credentials/bearer-token.ts";
import { checkHealth } from "./forward/health-checks.ts";
import { Instances } from "./forward/instances.ts";
import { localLimits, redisLimits } from "./limits/limiter.ts";
import { fetchJson } from "./login/fetch-json.ts";
import { createIdentityProvider } from "./login/identity-provider.ts";
import { KeySet } from "./login/key-set.ts";
import { readKeySet } from "./login/read-key-set.ts";
import { localRevocations } from "./revocation/revocations.ts";
import { redisRevocations } from "./revocation/redis-revocations.ts";
import type { Settings } from "./settings.ts";
import type { RouteTable } from "./table/route.ts";

/** A configuration whose connections are open. */
export interface Connected {
  readonly config: GatewayConfig;
  readonly close: () => Promise<void>;
}

/**
 * Makes of the settings what `createGateway` needs: pools to the targets, files that are watched, Redis if there is one.
 *
 * @throws SettingsError where a file cannot be used
 */
export function connect(
  settings: Settings,
  table: RouteTable,
  tools: {
    readonly logger: Logger;
    readonly metrics: Metrics;
    readonly clock: Clock;
  },
): Connected {
  const { logger, metrics, clock } = tools;
  const files = {
    keysFile: settings.KEYS_FILE,
    apiKeysFile: settings.API_KEYS_FILE,
    contractsDir: settings.CONTRACTS_DIR,
  };
  const live = reloading(liveConfigLoader(files, table, clock), logger);
  const unwatch = watchFiles(filesOf(files, table), live.reload);

  const services = {
    users: settings.USERS_URL,
    orders: settings.ORDERS_URL,
    recommendations: settings.RECOMMENDATIONS_URL,
    catalog: settings.CATALOG_URL,
  };
  const bffs = bffsOf(table).map((bff) => [bff, settings[bffAddress(bff)]] as const);
  const instances = new Map(
    [...Object.entries(services), ...bffs].flatMap(([name, origins]) =>
      origins === undefined ? [] : [[name, new Instances(origins, clock)]],
    ),
  );
  // Which services are well is their callers' to find out, by calling: their admin ports are not ours to know.
  const checked = [...instances].filter(([name, { all }]) => isBff(table, name) && all.length > 1);
  const endChecks = checked.map(([name, each]) => checkHealth(name, each, { clock, logger }));
  const dispatcher = new Agent();
  const keySet = new KeySet(
    async () => readKeySet(await fetchJson(settings.OIDC_JWKS_URL, dispatcher)),
    clock,
  );
  const { REDIS_URL: redis } = settings;
  const revocations =
    redis === undefined ? localRevocations(clock) : redisRevocations({ url: redis, logger, clock });
  const limits = redis === undefined ? localLimits() : redisLimits({ url: redis, logger, clock });

  return {
    config: {
      table,
      targets: new Map([...instances].map(([name, each]) => [name, { kind: "instances", instances: each }])),
      live: live.current,
      verifyBearer: createBearerVerifier({
        keySet,
        issuer: settings.OIDC_ISSUER,
        audience: settings.OIDC_AUDIENCE,
        clock,
      }),
      provider: createIdentityProvider({
        issuer: settings.OIDC_ISSUER,
        clientId: settings.OIDC_CLIENT_ID,
        clientSecret: settings.OIDC_CLIENT_SECRET,
        redirectUri: `${settings.PUBLIC_ORIGIN}/auth/callback`,
      }),
      revocations,
      limits,
      publicOrigin: settings.PUBLIC_ORIGIN,
      landing: "/web/home-page",
      trustedProxies: settings.TRUSTED_PROXIES,
      logger,
      metrics,
      clock,
    },
    async close() {
      unwatch();
      limits.close();
      await Promise.all([
        ...endChecks.map(async (end) => end()),
        dispatcher.destroy(),
        revocations.close(),
        ...[...instances.values()].map(async (each) => each.close()),
      ]);
    },
  };
}

function isBff({ targets }: RouteTable, name: string): boolean {
  return targets[name]?.identity === "x-identity";
}
