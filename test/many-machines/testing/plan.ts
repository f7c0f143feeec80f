import { join } from "node:path";
import { ROOT } from "@triptych/cli/stack";
import type { createKeySource, gatewayFiles } from "@triptych/cli/stack";

/** Every host of the site that a test may kill, and its address. */
export const ADDRESSES = {
  redis: "10.77.0.3",
  "proxy-1": "10.77.0.11",
  "proxy-2": "10.77.0.12",
  "gateway-1": "10.77.0.21",
  "gateway-2": "10.77.0.22",
  "web-bff-1": "10.77.0.31",
  "web-bff-2": "10.77.0.32",
  "mobile-bff-1": "10.77.0.41",
  "mobile-bff-2": "10.77.0.42",
  "partner-bff-1": "10.77.0.51",
  "partner-bff-2": "10.77.0.52",
} as const;

/** The name of such a host. */
export type HostName = keyof typeof ADDRESSES;

/** The address of the services, which stay up. */
export const SERVICES = "10.77.0.2";
/** The clients' addresses: enough of them that none reaches its rate limit. */
export const CLIENTS = Array.from({ length: 10 }, (_, index) => `10.77.0.${100 + index}`);

const PUBLIC_ORIGIN = "https://shop.example";
/** The identity provider's address. */
export const ISSUER = `http://${SERVICES}:9100`;
const AUDIENCE = "https://api.example";
const PORTS = { web: 8_101, mobile: 8_102, partner: 8_103 } as const;
/** Long enough for the proxies and the gateways, which check health twice a second, to see it. */
const DRAIN_DELAY_MS = "2000";

/** Files and keys that the programs are started with. */
export interface Materials {
  /** A folder of this site, which all hosts see. */
  readonly dir: string;
  readonly files: ReturnType<typeof gatewayFiles>;
  readonly keys: ReturnType<typeof createKeySource>;
  readonly certificate: string;
}

/** How a program of the site is started and stopped. */
export interface ProgramPlan {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** What it prints when it is ready, if it prints anything. */
  readonly ready: string | undefined;
  /** Asks it to end without cutting a request. */
  readonly stop: NodeJS.Signals;
}

const bffUrls = (client: keyof typeof PORTS): string =>
  ([1, 2] as const).map((n) => `http://${ADDRESSES[`${client}-bff-${n}`]}:${PORTS[client]}`).join(",");

const SERVICE_URLS = {
  USERS_URL: `http://${SERVICES}:9001`,
  ORDERS_URL: `http://${SERVICES}:9002`,
  RECOMMENDATIONS_URL: `http://${SERVICES}:9003`,
  CATALOG_URL: `http://${SERVICES}:9004`,
};

/** The program on the host of the services. */
export function servicesPlan(): ProgramPlan {
  return nodeProgram(join(import.meta.dirname, "services-program.ts"), {
    HOST: SERVICES,
    CLIENT_ID: "web",
    AUDIENCE,
    REDIRECT_URIS: `${PUBLIC_ORIGIN}/auth/callback`,
  });
}

/** The program on a host that may be killed. */
export function planOf(host: HostName, materials: Materials): ProgramPlan {
  const { dir, files, keys, certificate } = materials;
  const address = ADDRESSES[host];
  if (host === "redis") {
    const network = ["--bind", address, "--protected-mode", "no"];
    const args = [...network, "--save", "", "--appendonly", "yes", "--dir", dir];
    return { command: "redis-server", args, env: {}, ready: "Ready to accept", stop: "SIGTERM" };
  }
  if (host === "proxy-1" || host === "proxy-2") {
    return {
      command: "haproxy",
      args: ["-db", "-f", join(ROOT, "apps", "reverse-proxy", "haproxy", "haproxy.cfg")],
      env: {
        HTTPS_BIND: `${address}:8443`,
        HTTP_BIND: `${address}:8080`,
        STATS_BIND: `${address}:9443`,
        CERT_FILE: certificate,
        RUN_DIR: join(dir, host),
        PUBLIC_ORIGIN,
        GATEWAY_1: `${ADDRESSES["gateway-1"]}:8080`,
        GATEWAY_1_ADMIN_PORT: "9080",
        GATEWAY_2: `${ADDRESSES["gateway-2"]}:8080`,
        GATEWAY_2_ADMIN_PORT: "9080",
      },
      ready: undefined,
      stop: "SIGUSR1",
    };
  }
  const common = { ...SERVICE_URLS, HOST: address, DRAIN_DELAY_MS };
  if (host === "gateway-1" || host === "gateway-2") {
    return nodeProgram(join(ROOT, "apps", "gateway", "src", "main.ts"), {
      ...common,
      WEB_BFF_URL: bffUrls("web"),
      MOBILE_BFF_URL: bffUrls("mobile"),
      PARTNER_BFF_URL: bffUrls("partner"),
      KEYS_FILE: files.keysFile,
      API_KEYS_FILE: files.apiKeysFile,
      OIDC_ISSUER: ISSUER,
      OIDC_JWKS_URL: `${ISSUER}/jwks`,
      OIDC_AUDIENCE: AUDIENCE,
      OIDC_CLIENT_ID: "web",
      PUBLIC_ORIGIN,
      TRUSTED_PROXIES: `${ADDRESSES["proxy-1"]},${ADDRESSES["proxy-2"]}`,
      REDIS_URL: `redis://${ADDRESSES.redis}:6379`,
    });
  }
  const app = host.slice(0, -2);
  return nodeProgram(join(ROOT, "apps", app, "src", "main.ts"), {
    ...common,
    IDENTITY_KEYS: keys.ringOf(app),
  });
}

function nodeProgram(main: string, env: NodeJS.ProcessEnv): ProgramPlan {
  return { command: process.execPath, args: [main], env, ready: "ready", stop: "SIGTERM" };
}
