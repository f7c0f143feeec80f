import { Type } from "typebox";
import type { Static } from "typebox";

/** Why a section is not what it should be. */
export type Reason = "timeout" | "unavailable" | "invalid" | "rejected" | "overloaded";

/**
 * One entry of an answer's `degraded`: a section that holds its fallback, lacks a part, or was made
 * from stale data. Only stale data has an `ageSeconds`.
 */
export const Degraded = Type.Object({
  section: Type.String(),
  reason: Type.Union([
    Type.Literal("timeout"),
    Type.Literal("unavailable"),
    Type.Literal("invalid"),
    Type.Literal("rejected"),
    Type.Literal("overloaded"),
  ]),
  ageSeconds: Type.Optional(Type.Integer({ minimum: 0 })),
});

/** One entry of an answer's `degraded`. */
export type Degraded = Static<typeof Degraded>;
