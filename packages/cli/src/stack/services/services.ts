import type { RoleName } from "../roles.ts";

/** The domain services that can be recorded and replayed. */
export const SERVICES = [
  "users",
  "orders",
  "recommendations",
  "catalog",
] as const satisfies readonly RoleName[];
export type ServiceName = (typeof SERVICES)[number];

/** The program that stands in for one, relative to the root. */
export const STAND_IN = "test/domain-services/replay/main.ts";

/**
 * Whose answers are checked in. The order decides who is whom: of six people the n-th stands for the users n, n + 6, …, so the sample
 * partner (7) and the README's user (42) are their own stand-ins. They have many orders, an order that can be cancelled, yen, Arabic,
 * no orders, and a long name.
 */
export const DEFAULT_USERS = ["7", "2", "3", "4", "8", "42"];
