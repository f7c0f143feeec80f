import { existsSync, globSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bffsIn, programFile, readManifest } from "../repository.ts";
import { findHaproxy } from "./haproxy.ts";

/** A process of the stack: its name, its program, and where it listens by default. */
export interface Role {
  readonly name: RoleName;
  readonly kind: Kind;
  /** Relative to the root, or absolute where it is one of the tools' own. */
  readonly main: string;
  readonly port: number;
  /** The OpenAPI document that a service without a program is played from, relative to the root. */
  readonly document?: string;
}

/** What a process is, in the order in which they start: each kind needs those before it. */
export const KINDS = ["service", "bff", "identity-provider", "gateway", "proxy"] as const;
/** What a process is. */
export type Kind = (typeof KINDS)[number];

/** The name of a process of the stack: a service's, a BFF's, or one of those in front of them. */
export type RoleName = string;

/** One process in front of the services, the composition of a small team. */
export function smallIn(root: string): readonly RoleName[] {
  return [...servicesIn(root), "identity-provider", "small"];
}

/** The services' own APIs behind proxy and gateway, without a BFF. */
export function gatewayOnlyIn(root: string): readonly RoleName[] {
  return [...servicesIn(root), "identity-provider", "gateway", "reverse-proxy"];
}

function servicesIn(root: string): readonly RoleName[] {
  return serviceRoles(root).map(({ name }) => name);
}

/** A process for each part: proxy → gateway → the BFFs → four services. */
export function largeIn(root: string): readonly RoleName[] {
  return allRoles(root).flatMap(({ name }) => (name === "small" ? [] : [name]));
}

/** Everything that can run, in the order of the table that `npm start` prints. */
function allRoles(root: string): readonly Role[] {
  const hasGateway = GATEWAYS.some((main) => existsSync(join(root, main)));
  return [
    ...serviceRoles(root),
    ...bffsIn(root).map(({ name, port }): Role => ({
      name,
      kind: "bff",
      main: `apps/${name}/src/main.ts`,
      port,
    })),
    ...(hasGateway ? [LOGIN] : []),
    { name: "gateway", kind: "gateway", main: GATEWAYS[0], port: 8080 },
    // In the gateway's place, with its settings and the BFFs inside.
    { name: "small", kind: "gateway", main: GATEWAYS[1], port: 8080 },
    ...(existsSync(join(root, HAPROXY_CONFIGURATION)) ? [PROXY] : []),
  ];
}

const GATEWAYS = ["apps/gateway/src/main.ts", "apps/all-in-one/src/main.ts"] as const;
/** What the reverse proxy of development is configured by, relative to the root. */
export const HAPROXY_CONFIGURATION = "apps/reverse-proxy/haproxy/haproxy.cfg";
const LOGIN: Role = {
  name: "identity-provider",
  kind: "identity-provider",
  main: fileURLToPath(import.meta.resolve("@triptych/testing/identity-provider/main")),
  port: 9100,
};
const PROXY: Role = {
  name: "reverse-proxy",
  kind: "proxy",
  main: programFile("stack/reverse-proxy/main"),
  port: 8443,
};
const PLAYED = fileURLToPath(import.meta.resolve("@triptych/testing/played-service/main"));
const FIRST_SERVICE_PORT = 9001;

/**
 * The domain services: those with a program below `test/domain-services`, and those that a client
 * is made for from a document, which plays them where they have no program. `config.ports` of the
 * clients' package.json may fix a service's port; the others get those behind it.
 */
export function serviceRoles(root: string): readonly Role[] {
  const programs = globSync("test/domain-services/*/main.ts", { cwd: root })
    .map((path) => basename(dirname(path)))
    .filter((name) => name !== "replay");
  const documents = globSync(`${CLIENTS}/contracts/*.openapi.{json,yaml,yml}`, { cwd: root });
  const documentOf = new Map(documents.map((path) => [basename(path).replace(/\.openapi\.\w+$/, ""), path]));
  const fixed = portsIn(root);
  const names = [...new Set([...Object.keys(fixed), ...programs, ...[...documentOf.keys()].toSorted()])];
  let next = Math.max(FIRST_SERVICE_PORT, ...Object.values(fixed).map((port) => port + 1));
  return names.map((name) => {
    const main = `test/domain-services/${name}/main.ts`;
    const port = fixed[name] ?? next++;
    const document = documentOf.get(name);
    if (document === undefined || existsSync(join(root, main))) return { name, kind: "service", main, port };
    return { name, kind: "service", main: PLAYED, port, document };
  });
}

const CLIENTS = "packages/domain-clients";

function portsIn(root: string): Readonly<Record<string, number>> {
  const { config } = readManifest(join(root, CLIENTS));
  const ports = Object.entries<unknown>(Object(Object(config).ports));
  return Object.fromEntries(ports.map(([name, port]) => [name, Number(port)]));
}

/** The roles whose program is there, of those asked for (default: the large composition). */
export function rolesIn(root: string, wanted: readonly RoleName[] = largeIn(root)): readonly Role[] {
  return allRoles(root).filter(
    (role) =>
      wanted.includes(role.name) &&
      existsSync(resolve(root, role.main)) &&
      (role.kind !== "proxy" || findHaproxy() !== undefined),
  );
}

/** What the gateway passes requests to, whether or not its program is there. */
export function targetsIn(root: string): readonly Role[] {
  return allRoles(root).filter(({ kind }) => kind === "bff" || kind === "service");
}

/** The beginning of a role's settings: `WEB_BFF` of `WEB_BFF_PORT`. */
export function settingPrefix(role: Pick<Role, "name">): string {
  return role.name.toUpperCase().replaceAll("-", "_");
}
