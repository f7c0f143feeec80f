import { existsSync } from "node:fs";
import { join } from "node:path";
import { findHaproxy } from "./front/find-haproxy.ts";

/** A process of the stack: what it is called, where its program is, and where it listens by default. */
export interface Role {
  readonly name: RoleName;
  readonly kind: Kind;
  /** Relative to the root. */
  readonly main: string;
  readonly port: number;
}

/** What a process is, in the order in which they start: each kind needs those before it. */
export const KINDS = ["service", "bff", "identity-provider", "gateway", "proxy"] as const;
export type Kind = (typeof KINDS)[number];

export type RoleName = (typeof ROLE_NAMES)[number];

const ROLE_NAMES = [
  "users",
  "orders",
  "recommendations",
  "catalog",
  "web-bff",
  "mobile-bff",
  "partner-bff",
  "identity-provider",
  "gateway",
  "small",
  "reverse-proxy",
] as const;

const SERVICES: readonly RoleName[] = ["users", "orders", "recommendations", "catalog"];

/** A process for each part: proxy → gateway → three BFFs → four services. */
export const LARGE: readonly RoleName[] = [
  ...SERVICES,
  "web-bff",
  "mobile-bff",
  "partner-bff",
  "identity-provider",
  "gateway",
  "reverse-proxy",
];

/** One process in front of the services. */
export const SMALL: readonly RoleName[] = [...SERVICES, "identity-provider", "small"];

/** Everything that can run, in the order of the table that `npm start` prints. */
const ROLES: readonly Role[] = [
  { name: "users", kind: "service", main: "test/domain-services/users/main.ts", port: 9001 },
  { name: "orders", kind: "service", main: "test/domain-services/orders/main.ts", port: 9002 },
  {
    name: "recommendations",
    kind: "service",
    main: "test/domain-services/recommendations/main.ts",
    port: 9003,
  },
  { name: "catalog", kind: "service", main: "test/domain-services/catalog/main.ts", port: 9004 },
  { name: "web-bff", kind: "bff", main: "apps/web-bff/src/main.ts", port: 8101 },
  { name: "mobile-bff", kind: "bff", main: "apps/mobile-bff/src/main.ts", port: 8102 },
  { name: "partner-bff", kind: "bff", main: "apps/partner-bff/src/main.ts", port: 8103 },
  {
    name: "identity-provider",
    kind: "identity-provider",
    main: "test/identity-provider/main.ts",
    port: 9100,
  },
  { name: "gateway", kind: "gateway", main: "apps/gateway/src/main.ts", port: 8080 },
  // The gateway's settings and its place, with the BFFs inside.
  { name: "small", kind: "gateway", main: "compositions/small/src/main.ts", port: 8080 },
  { name: "reverse-proxy", kind: "proxy", main: "scripts/stack/front/reverse-proxy/main.ts", port: 8443 },
];

/** The roles whose program is there, of those asked for (default: the large composition). */
export function rolesIn(root: string, wanted: readonly RoleName[] = LARGE): readonly Role[] {
  return ROLES.filter(
    (role) =>
      wanted.includes(role.name) &&
      existsSync(join(root, role.main)) &&
      (role.kind !== "proxy" || findHaproxy() !== undefined),
  );
}

/** Where a role listens by default, whether or not its program is there. */
export function defaultPort(name: RoleName): number {
  return ROLES.find((role) => role.name === name)?.port ?? 0;
}

/** The beginning of a role's settings in the launcher's environment: `WEB_BFF` of `WEB_BFF_PORT`. */
export function settingPrefix(role: Pick<Role, "name">): string {
  return role.name.toUpperCase().replaceAll("-", "_");
}
