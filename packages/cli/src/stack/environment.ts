import { join } from "node:path";
import type { KeySource } from "../identity/keys.ts";
import type { GatewayFiles } from "./gateway-files.ts";
import { HOST } from "./ports.ts";
import type { PortPlan } from "./ports.ts";
import { settingPrefix } from "./roles.ts";
import type { Role, RoleName } from "./roles.ts";

/** `aud` of access tokens in development. */
const AUDIENCE = "https://api.triptych.example";
const CLIENT_ID = "web";

/** What a process is told about its stack. */
export interface Surroundings {
  readonly roles: readonly Role[];
  /** Where each process listens, by now. */
  readonly ports: PortPlan;
  readonly keys: KeySource;
  /** Where the services keep their databases. */
  readonly dataDir: string | undefined;
  /** The gateway's, if there is one. */
  readonly files: GatewayFiles | undefined;
  /** The PEM file of a gateway without a proxy in front of it, which ends TLS itself. */
  readonly certificate: string | undefined;
  /** All that the gateway has the address of, whether or not it is part of this stack. */
  readonly targets: readonly Role[];
}

/** Where the stack is reached: at the proxy if there is one, else at the gateway. */
export function publicOrigin({ ports, certificate }: Pick<Surroundings, "ports" | "certificate">): string {
  const proxy = ports.get("reverse-proxy");
  if (proxy !== undefined) return `https://${HOST}:${proxy.port}`;
  const small = ports.get("small");
  if (small === undefined) return originOf("gateway", ports);
  return `${certificate === undefined ? "http" : "https"}://${HOST}:${small.port}`;
}

/** The environment of one process: `base`, and what the launcher sets. */
export function environmentOf(role: Role, base: NodeJS.ProcessEnv, stack: Surroundings): NodeJS.ProcessEnv {
  const { roles, ports, keys, dataDir, files } = stack;
  const { port = 0, adminPort = 0 } = ports.get(role.name) ?? {};
  const own = { ...base, HOST, PORT: String(port), ADMIN_PORT: String(adminPort) };
  if (role.kind === "bff") {
    const services = roles.filter(({ kind }) => kind === "service");
    return { ...own, ...addressesOf(services, ports), IDENTITY_KEYS: keys.ringOf(role.name) };
  }
  return {
    ...(files === undefined ? {} : frontEnvironment(role, files, base, stack)),
    ...own,
    ...(role.kind === "service" && dataDir !== undefined ? { DATA_DIR: dataDir } : {}),
    ...(role.document === undefined ? {} : { DOCUMENT: role.document }),
  };
}

/** What the gateway has to do with a process that is no BFF: `base` goes before it. */
function frontEnvironment(
  { kind, name }: Role,
  files: GatewayFiles,
  base: NodeJS.ProcessEnv,
  stack: Surroundings,
): NodeJS.ProcessEnv {
  const { ports, certificate, targets } = stack;
  const origin = publicOrigin(stack);
  if (kind === "service") {
    // Optional, so that a request straight at a BFF with an X-Identity of `npm run identity` still
    // gets its answer.
    return { TXN_TOKEN_JWKS: files.txnTokenJwks, TXN_TOKEN: "optional", MEDIA_URL: origin };
  }
  if (kind === "identity-provider") {
    return { CLIENT_ID, AUDIENCE, REDIRECT_URIS: `${origin}/auth/callback` };
  }
  if (kind === "proxy") {
    const { port = 0, adminPort = 0 } = ports.get("gateway") ?? {};
    return {
      PUBLIC_ORIGIN: origin,
      CERTIFICATE_DIR: files.dir,
      GATEWAY_1: `${HOST}:${port}`,
      GATEWAY_1_ADMIN_PORT: String(adminPort),
    };
  }
  const issuer = originOf("identity-provider", ports);
  const login = { OIDC_ISSUER: issuer, OIDC_AUDIENCE: AUDIENCE, OIDC_CLIENT_ID: CLIENT_ID };
  const tls = certificate === undefined ? {} : { TLS_CERT_FILE: certificate, TLS_KEY_FILE: certificate };
  return {
    ...addressesOf(targets, ports),
    KEYS_FILE: files.keysFile,
    API_KEYS_FILE: files.apiKeysFile,
    REVOCATIONS_FILE: join(files.dir, `revocations-${name}.jsonl`),
    // What fits the development login, such as its audience, would be wrong for another one.
    ...(base["OIDC_ISSUER"] === undefined ? login : {}),
    PUBLIC_ORIGIN: origin,
    // Only HAProxy reaches the gateway on loopback. The one process has no proxy in front of it.
    ...(name === "small" ? tls : { TRUSTED_PROXIES: HOST }),
  };
}

/** What is not part of this stack gets an address too: nothing answers there. */
function addressesOf(roles: readonly Role[], ports: PortPlan): NodeJS.ProcessEnv {
  return Object.fromEntries(
    roles.map((role) => [`${settingPrefix(role)}_URL`, originOf(role.name, ports, role.port)]),
  );
}

function originOf(name: RoleName, ports: PortPlan, usual = 0): string {
  return `http://${HOST}:${ports.get(name)?.port ?? usual}`;
}
