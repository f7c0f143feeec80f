import {
  adminPort,
  drainDelay,
  host,
  logLevel,
  nodeEnv,
  optionalUrl,
  port,
  redisUrl,
  urls,
} from "@triptych/service-kit";
import type { Setting, SettingsOf } from "@triptych/service-kit";
import { bffAddresses } from "./config/bff-addresses.ts";
import type { BffAddress } from "./config/bff-addresses.ts";
import { networks, optionalText, text, textOr, webAddress, webOrigin } from "./config/setting-kinds.ts";
import type { RouteTable } from "./table/route.ts";

/**
 * What the gateway reads from its environment where the BFFs are apps of its process, without
 * their addresses.
 *
 * @param contractsDir the default of `CONTRACTS_DIR`: the folder that the route table's contract
 *   files are relative to
 */
export function settingsWithoutBffs(contractsDir: string) {
  return {
    NODE_ENV: nodeEnv(),
    PORT: port({ default: 8080 }),
    ADMIN_PORT: adminPort(),
    HOST: host(),
    DRAIN_DELAY_MS: drainDelay(),
    USERS_URL: urls(),
    ORDERS_URL: urls(),
    RECOMMENDATIONS_URL: urls(),
    CATALOG_URL: urls(),
    // Files and not variables: a running process reads a file anew, and its environment never.
    KEYS_FILE: text("the file of the gateway's signing keys", "/run/secrets/gateway-keys.json"),
    API_KEYS_FILE: text("the file of the partners' hashed API keys", "/etc/gateway/api-keys.json"),
    CONTRACTS_DIR: textOr(contractsDir),
    OIDC_ISSUER: webAddress("the identity provider's issuer", "https://login.example"),
    OIDC_JWKS_URL: webAddress("the address of the identity provider's keys", "https://login.example/jwks"),
    OIDC_AUDIENCE: text("the audience that access tokens for this API carry", "https://api.example"),
    OIDC_CLIENT_ID: text("the id under which this gateway logs people in", "web"),
    OIDC_CLIENT_SECRET: optionalText(),
    PUBLIC_ORIGIN: webOrigin("the address that browsers see", "https://shop.example"),
    TRUSTED_PROXIES: networks(),
    REDIS_URL: redisUrl(),
    LOG_LEVEL: logLevel(),
    OTEL_EXPORTER_OTLP_ENDPOINT: optionalUrl(),
  };
}

/**
 * What the gateway reads from its environment. Addresses and keys have no default, so that a
 * missing one is noticed at start-up.
 *
 * @param table names the BFFs, each of which needs an address: `WEB_BFF_URL` for `web-bff`
 */
export function gatewaySettings(
  table: RouteTable,
  contractsDir: string,
): ReturnType<typeof settingsWithoutBffs> & Record<BffAddress, Setting<string[]>> {
  return { ...settingsWithoutBffs(contractsDir), ...bffAddresses(table) };
}

/** A BFF without an address is an app of this process: see `GatewayConfig.targets`. */
export type Settings = SettingsOf<ReturnType<typeof settingsWithoutBffs>> &
  Readonly<Partial<Record<BffAddress, string[]>>>;
