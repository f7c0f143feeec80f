import { existsSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "../command-line.ts";
import { bffsIn } from "../repository.ts";
import type { BffName } from "../repository.ts";
import { findHaproxy } from "./haproxy.ts";

/**
 * The stack could not start. `message` is for the terminal: its first line says what is wrong and
 * what to do.
 */
export class StackError extends CommandError {
  override readonly name = "StackError";
  readonly code: "bad-port" | "port-taken" | "died-while-starting" | "not-ready" | "stopped-while-starting";

  constructor(code: StackError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * A process of the stack: what it is called, where its program is, and where it listens by default.
 */
export interface Role {
  readonly name: RoleName;
  readonly kind: Kind;
  /** Relative to the root. */
  readonly main: string;
  readonly port: number;
}

/** What a process is, in the order in which they start: each kind needs those before it. */
export const KINDS = ["service", "bff", "identity-provider", "gateway", "proxy"] as const;
/** What a process is. */
export type Kind = (typeof KINDS)[number];

/** The name of a process of the stack. */
export type RoleName = (typeof OTHER_NAMES)[number] | BffName;

const OTHER_NAMES = [
  "users",
  "orders",
  "recommendations",
  "catalog",
  "identity-provider",
  "gateway",
  "small",
  "reverse-proxy",
] as const;

const SERVICES: readonly RoleName[] = ["users", "orders", "recommendations", "catalog"];

/** One process in front of the services, the composition of a small team. */
export const SMALL: readonly RoleName[] = [...SERVICES, "identity-provider", "small"];

/** The services' own APIs behind proxy and gateway, without a BFF. */
export const GATEWAY_ONLY: readonly RoleName[] = [
  ...SERVICES,
  "identity-provider",
  "gateway",
  "reverse-proxy",
];

/** A process for each part: proxy → gateway → the BFFs → four services. */
export function largeIn(root: string): readonly RoleName[] {
  return allRoles(root).flatMap(({ name }) => (name === "small" ? [] : [name]));
}

/**
 * Everything that can run, in the order of the table that `npm start` prints. The BFFs are those
 * that there are.
 */
function allRoles(root: string): readonly Role[] {
  return [
    { name: "users", kind: "service", main: "test/domain-services/users/main.ts", port: 9001 },
    { name: "orders", kind: "service", main: "test/domain-services/orders/main.ts", port: 9002 },
    {
      name: "recommendations",
      kind: "service",
      main: "test/domain-services/recommendations/main.ts",
      port: 9003,
    },
    { name: "catalog", kind: "service", main: "test/domain-services/catalog/main.ts", port: 9004 },
    ...bffsIn(root).map(({ name, port }): Role => ({
      name,
      kind: "bff",
      main: `apps/${name}/src/main.ts`,
      port,
    })),
    {
      name: "identity-provider",
      kind: "identity-provider",
      main: "test/identity-provider/main.ts",
      port: 9100,
    },
    { name: "gateway", kind: "gateway", main: "apps/gateway/src/main.ts", port: 8080 },
    // In the gateway's place, with its settings and the BFFs inside.
    { name: "small", kind: "gateway", main: "apps/all-in-one/src/main.ts", port: 8080 },
    {
      name: "reverse-proxy",
      kind: "proxy",
      main: "packages/cli/src/stack/reverse-proxy/main.ts",
      port: 8443,
    },
  ];
}

/** The roles whose program is there, of those asked for (default: the large composition). */
export function rolesIn(root: string, wanted: readonly RoleName[] = largeIn(root)): readonly Role[] {
  return allRoles(root).filter(
    (role) =>
      wanted.includes(role.name) &&
      existsSync(join(root, role.main)) &&
      (role.kind !== "proxy" || findHaproxy() !== undefined),
  );
}

/** What the gateway passes requests to, whether or not its program is there. */
export function targetsIn(root: string): readonly Role[] {
  return allRoles(root).filter(({ kind }) => kind === "bff" || kind === "service");
}

/**
 * The beginning of a role's settings in the launcher's environment: `WEB_BFF` of `WEB_BFF_PORT`.
 */
export function settingPrefix(role: Pick<Role, "name">): string {
  return role.name.toUpperCase().replaceAll("-", "_");
}
