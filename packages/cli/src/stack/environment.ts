import { join } from "node:path";
import { HOST } from "./ports.ts";
import type { Ports, PortPlan } from "./ports.ts";
import { settingPrefix } from "./roles.ts";
import type { Role, RoleName } from "./roles.ts";
import type { GatewayFiles } from "./gateway-files.ts";

/** `aud` of access tokens in development. */
const AUDIENCE = "https://api.triptych.example";
const CLIENT_ID = "web";

/** The certificates of this stack. */
export interface Certificates {
  /** Where the proxy keeps its own. */
  readonly dir: string;
  /** That of a gateway without a proxy in front of it, which ends TLS itself. */
  readonly small: string | undefined;
}

/** What can let clients in, the first that is there. */
const FRONT_DOORS: ReadonlySet<RoleName> = new Set(["reverse-proxy", "small", "gateway"]);

/**
 * Where the whole stack is reached: through the proxy if there is one, else straight at the
 * gateway.
 */
export function publicOrigin(ports: PortPlan, certificates: Certificates): string {
  const proxy = ports.get("reverse-proxy");
  if (proxy !== undefined) return `https://${HOST}:${proxy.port}`;
  const small = ports.get("small");
  if (small === undefined) return originOf("gateway", ports);
  return `${certificates.small === undefined ? "http" : "https"}://${HOST}:${small.port}`;
}

/**
 * The settings of the roles in front of the BFFs, besides those that every role has.
 *
 * @param targets everything that the gateway has the address of, whether or not it is part of this
 *   stack
 */
export function frontEnvironment(
  role: Role,
  ports: PortPlan,
  files: GatewayFiles,
  certificates: Certificates,
  targets: readonly Role[],
): NodeJS.ProcessEnv {
  const origin = publicOrigin(ports, certificates);
  const issuer = originOf("identity-provider", ports);
  const gateway = ports.get("gateway");
  if (role.kind === "service") {
    // Optional, so that a request straight at a BFF with an X-Identity of `npm run identity` still
    // gets its answer.
    const hasFrontDoor = [...ports.keys()].some((name) => FRONT_DOORS.has(name));
    return {
      TXN_TOKEN_JWKS: files.txnTokenJwks,
      TXN_TOKEN: "optional",
      ...(hasFrontDoor ? { MEDIA_URL: origin } : {}),
    };
  }
  if (role.kind === "identity-provider") {
    return { CLIENT_ID, AUDIENCE, REDIRECT_URIS: `${origin}/auth/callback` };
  }
  if (role.kind === "gateway") {
    return {
      ...Object.fromEntries(
        targets.map(({ name, port }) => [`${settingPrefix({ name })}_URL`, originOf(name, ports, port)]),
      ),
      KEYS_FILE: files.keysFile,
      API_KEYS_FILE: files.apiKeysFile,
      REVOCATIONS_FILE: join(files.dir, `revocations-${role.name}.jsonl`),
      OIDC_ISSUER: issuer,
      OIDC_AUDIENCE: AUDIENCE,
      OIDC_CLIENT_ID: CLIENT_ID,
      PUBLIC_ORIGIN: origin,
      // Only HAProxy reaches the gateway on loopback. The one process has no proxy in front of it.
      ...(role.name === "small" ? ownCertificate(certificates) : { TRUSTED_PROXIES: HOST }),
    };
  }
  if (role.kind === "proxy") {
    return {
      PUBLIC_ORIGIN: origin,
      CERTIFICATE_DIR: certificates.dir,
      GATEWAY_1: `${HOST}:${gateway?.port ?? 0}`,
      GATEWAY_1_ADMIN_PORT: String(gateway?.adminPort ?? 0),
    };
  }
  return {};
}

function ownCertificate({ small }: Certificates): NodeJS.ProcessEnv {
  return small === undefined ? {} : { TLS_CERT_FILE: small, TLS_KEY_FILE: small };
}

/** A BFF that is not part of this stack gets an address too: nothing answers there. */
function originOf(name: RoleName, ports: PortPlan, usual = 0): string {
  return `http://${HOST}:${ports.get(name)?.port ?? usual}`;
}

/**
 * The settings that the launcher gives one process, on top of `base`. `identityKeys` is that of its
 * BFF.
 */
export function roleEnvironment(options: {
  readonly role: Role;
  readonly ports: Ports;
  /** Where the domain services listen by now. */
  readonly services: PortPlan;
  readonly identityKeys: string;
  readonly dataDir: string | undefined;
  /**
   * What the gateway has to do with it: the settings of what is in front of the BFFs, and the
   * services' keys.
   */
  readonly front: NodeJS.ProcessEnv;
  readonly base: NodeJS.ProcessEnv;
}): NodeJS.ProcessEnv {
  const { role, ports, services, identityKeys, dataDir, front, base } = options;
  const common = { ...base, HOST, PORT: String(ports.port), ADMIN_PORT: String(ports.adminPort) };
  if (role.kind === "service") {
    const data = dataDir === undefined ? {} : { DATA_DIR: dataDir };
    return {
      ...front,
      ...common,
      ...data,
      ...(role.document === undefined ? {} : { DOCUMENT: role.document }),
    };
  }
  if (role.kind === "gateway" && base["OIDC_ISSUER"] !== undefined) {
    // What fits the development login, such as its audience, would be wrong for another one.
    const others = Object.entries(front).filter(([name]) => !name.startsWith("OIDC_"));
    return { ...Object.fromEntries(others), ...common };
  }
  if (role.kind !== "bff") return { ...front, ...common };
  const addresses = [...services].map(([name, { port }]) => [
    `${settingPrefix({ name })}_URL`,
    `http://${HOST}:${port}`,
  ]);
  return { ...common, ...Object.fromEntries(addresses), IDENTITY_KEYS: identityKeys };
}
