import type { RequestListener } from "node:http";
import type { IdentityKey } from "@triptych/identity";
import { SettingsError, startProgram } from "@triptych/service-kit";
import type { Clock, Logger, Metrics, ProblemPage, Tracing } from "@triptych/service-kit";
import { Agent } from "undici";
import { createGateway } from "./app.ts";
import { followFiles } from "./config/live-config.ts";
import { createBearerVerifier } from "./credentials/bearer-token.ts";
import type { Target } from "./forward/forward.ts";
import { checkHealth } from "./forward/health-checks.ts";
import { Instances } from "./forward/instances.ts";
import { createLogoutVerifier } from "./login/backchannel-logout.ts";
import { createIdentityProvider } from "./login/identity-provider.ts";
import { fetchKeys } from "./issuers/discovery.ts";
import { profilesOf } from "./issuers/issuers-file.ts";
import { fetchJson, KeySet } from "./login/key-set.ts";
import { createRenewals, redisRenewals } from "./login/renewals.ts";
import { createPages } from "./pages.ts";
import { localLimits, redisLimits } from "./policies/limit-rate.ts";
import { localRevocations } from "./revocation/local-revocations.ts";
import { redisRevocations } from "./revocation/redis-revocations.ts";
import { revocationRoutes } from "./revocation/revocations.ts";
import { addressesOf } from "./settings.ts";
import type { Settings, SettingsSpec } from "./settings.ts";
import { isBff } from "./table/route.ts";
import type { RouteTable } from "./table/route.ts";

/**
 * Runs a gateway as a process of its own until a signal: reads the settings, opens the connections,
 * serves, and drains. A missing or malformed setting, or a file that cannot be used, ends the
 * process with one line that names it.
 *
 * @param settings what `gatewaySettings` made of the same table
 */
export async function startGateway(
  table: RouteTable,
  settings: SettingsSpec,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  await startProgram("gateway", settings, env, (values, tools) => {
    const { createApp, ...gateway } = openGateway(table, values, tools);
    return { app: createApp(), ...gateway };
  });
}

/** A gateway whose connections are open. */
export interface OpenGateway {
  /**
   * Creates the public app, once.
   *
   * @param apps targets that run in this process, by their names in the table
   * @throws Error when a target has neither an address in the settings nor an app here
   */
  readonly createApp: (apps?: ReadonlyMap<string, RequestListener>) => RequestListener;
  /** What a browser gets while there is no time for it. */
  readonly overloadPage: ProblemPage;
  /** `/revocations`, for the admin port. */
  readonly adminApp: RequestListener;
  /** The keys of a BFF's identities as they are now, for a BFF that runs in this process. */
  readonly identityKeysOf: (bff: string) => readonly IdentityKey[];
  /**
   * Resolves when it is known what was revoked before: until then no traffic should come. With
   * `START_WITHOUT_REVOCATIONS=yes` at once.
   */
  readonly ready: Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Opens what a gateway needs: connections to its targets, files that are watched, and Redis when
 * `REDIS_URL` is set.
 *
 * @throws SettingsError when a file cannot be used
 */
export function openGateway(
  table: RouteTable,
  settings: Settings,
  tools: {
    readonly logger: Logger;
    readonly metrics: Metrics;
    readonly clock: Clock;
    readonly tracing?: Tracing | undefined;
  },
): OpenGateway {
  const { logger, clock } = tools;
  const live = followFiles(settings, table, { logger, clock });
  const instancesOf = (version: "first" | "shadow") =>
    addressesOf(settings, table, version).map(
      ([name, origins]) => [name, new Instances(origins, clock)] as const,
    );
  const instances = instancesOf("first");
  const shadows = new Map(instancesOf("shadow"));
  // A BFF's admin port is known; a service's is not, so calls find out whether a service is well.
  const endChecks = instances
    .filter(([name, { all }]) => isBff(table, name) && all.length > 1)
    .map(([name, each]) => checkHealth(name, each, { clock, logger }));
  const dispatcher = new Agent();
  const profiles = profilesOf(settings);
  const issuers = profiles.map((profile) => ({
    profile,
    keySet: new KeySet(async () => {
      try {
        return await fetchKeys(profile, async (url) => await fetchJson(url, dispatcher));
      } catch (cause) {
        logger.warn({ issuer: profile.issuer, err: cause }, "the keys of an issuer cannot be fetched");
        throw cause;
      }
    }, clock),
  }));
  const loginIssuer = issuers.find(({ profile }) => profile.issuer === settings.OIDC_ISSUER);
  if (loginIssuer === undefined) {
    throw new SettingsError([`OIDC_ISSUER is none of the issuers in ${settings.ISSUERS_FILE ?? ""}`]);
  }
  const { profile } = loginIssuer;
  const login = { ...profile, loginScope: settings.OIDC_SCOPE ?? profile.loginScope };
  const provider = createIdentityProvider({
    profile: login,
    others: profiles.map(({ prefix }) => prefix).filter((p) => p !== "" && p !== login.prefix),
    clientId: settings.OIDC_CLIENT_ID,
    clientSecret: settings.OIDC_CLIENT_SECRET,
    publicOrigin: settings.PUBLIC_ORIGIN,
    clock,
  });
  const lives = { idleS: settings.SESSION_IDLE_S, longestS: settings.SESSION_LIFE_S };
  const { REDIS_URL: url, REVOCATIONS_FILE: file } = settings;
  const redis = url === undefined ? undefined : { url, logger, clock, metrics: tools.metrics };
  const revocations = redis ? redisRevocations(redis) : localRevocations({ file, logger, clock });
  const limits = redis ? redisLimits(redis) : localLimits(clock);
  const renewals = redis && redisRenewals(redis);
  const waits = redis === undefined || settings.START_WITHOUT_REVOCATIONS === "no";
  if (!waits) {
    logger.warn(
      "ready without the revocations: until they are read, what was issued before this start is refused",
    );
  }

  return {
    createApp: (apps = new Map()) =>
      createGateway({
        ...tools,
        table,
        targets: new Map<string, Target>([
          ...instances.map(([name, each]) => [name, { kind: "instances", instances: each }] as const),
          ...[...apps].map(([name, app]) => [name, { kind: "app", app }] as const),
        ]),
        shadows,
        live: live.current,
        verifyBearer: createBearerVerifier(issuers, clock),
        provider,
        renew: createRenewals({
          provider,
          cookies: () => live.current().cookies,
          lives,
          store: renewals,
          clock,
          logger,
        }),
        lives,
        verifyLogout: createLogoutVerifier(loginIssuer, settings.OIDC_CLIENT_ID, clock),
        revocations,
        limits,
        publicOrigin: settings.PUBLIC_ORIGIN,
        trustedProxies: settings.TRUSTED_PROXIES,
      }),
    overloadPage: createPages(table).problem,
    adminApp: revocationRoutes(revocations, logger, clock),
    ready: waits ? revocations.known : Promise.resolve(),
    identityKeysOf: (bff) => live.current().identityKeys.get(bff) ?? [],
    async close() {
      live.close();
      limits.close();
      renewals?.close();
      await Promise.all([
        ...endChecks.map(async (end) => end()),
        dispatcher.destroy(),
        revocations.close(),
        ...[...instances.map(([, each]) => each), ...shadows.values()].map(async (each) => each.close()),
      ]);
    },
  };
}
