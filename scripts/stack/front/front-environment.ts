import { HOST } from "../ports.ts";
import type { PortPlan } from "../ports.ts";
import { defaultPort, settingPrefix } from "../roles.ts";
import type { Role, RoleName } from "../roles.ts";
import type { GatewayFiles } from "./gateway-files.ts";

/** `aud` of access tokens in development. */
const AUDIENCE = "https://api.triptych.example";
const CLIENT_ID = "web";

const TARGETS: readonly RoleName[] = [
  "web-bff",
  "mobile-bff",
  "partner-bff",
  "users",
  "orders",
  "recommendations",
  "catalog",
];

/** Where the whole stack is reached: through the proxy if there is one, else straight at the gateway. */
export function publicOrigin(ports: PortPlan): string {
  const proxy = ports.get("reverse-proxy");
  return proxy === undefined ? originOf("gateway", ports) : `https://${HOST}:${proxy.port}`;
}

/** The settings of the roles in front of the BFFs, besides those that every role has. */
export function frontEnvironment(
  role: Role,
  ports: PortPlan,
  files: GatewayFiles,
  certificateDir: string,
): NodeJS.ProcessEnv {
  const origin = publicOrigin(ports);
  const issuer = originOf("identity-provider", ports);
  const gateway = ports.get("gateway");
  if (role.kind === "service") {
    // Optional, so that a request straight at a BFF with an X-Identity of `npm run identity` still gets its answer.
    return { TXN_TOKEN_JWKS: files.txnTokenJwks, TXN_TOKEN: "optional" };
  }
  if (role.kind === "identity-provider") {
    return { CLIENT_ID, AUDIENCE, REDIRECT_URIS: `${origin}/auth/callback` };
  }
  if (role.kind === "gateway") {
    return {
      ...Object.fromEntries(TARGETS.map((name) => [`${settingPrefix({ name })}_URL`, originOf(name, ports)])),
      KEYS_FILE: files.keysFile,
      API_KEYS_FILE: files.apiKeysFile,
      OIDC_ISSUER: issuer,
      OIDC_JWKS_URL: `${issuer}/jwks`,
      OIDC_AUDIENCE: AUDIENCE,
      OIDC_CLIENT_ID: CLIENT_ID,
      PUBLIC_ORIGIN: origin,
      // HAProxy's own address; nobody else reaches loopback from outside.
      TRUSTED_PROXIES: HOST,
    };
  }
  if (role.kind === "proxy") {
    return {
      PUBLIC_ORIGIN: origin,
      CERTIFICATE_DIR: certificateDir,
      GATEWAY_1: `${HOST}:${gateway?.port ?? 0}`,
      GATEWAY_1_ADMIN_PORT: String(gateway?.adminPort ?? 0),
    };
  }
  return {};
}

/** A BFF that is not part of this stack has an address all the same, where nobody answers. */
function originOf(name: RoleName, ports: PortPlan): string {
  return `http://${HOST}:${ports.get(name)?.port ?? defaultPort(name)}`;
}
