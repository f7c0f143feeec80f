import { IDEMPOTENCY_KEY, PATH_PARAMETER } from "@triptych/upstream-client";
import { fromOrderCursor } from "../resolvers/order-cursor.ts";

/** What the values of an argument must be, beyond their type. Answers what was expected where a value is not. */
export type ArgumentCheck = (value: unknown) => string | undefined;

const MOST_ITEMS = 50;

/** By the argument's name: one name means one thing all over the schema. */
export const ARGUMENT_CHECKS: ReadonlyMap<string, ArgumentCheck> = new Map<string, ArgumentCheck>([
  ["id", textCheck((text) => PATH_PARAMETER.test(text), "1 to 64 letters, digits, _ or -")],
  [
    "idempotencyKey",
    textCheck((text) => IDEMPOTENCY_KEY.test(text), "8 to 128 visible ASCII characters without spaces"),
  ],
  [
    "after",
    textCheck((text) => fromOrderCursor(text) !== undefined, "an endCursor, or a cursor, of an earlier page"),
  ],
  [
    "first",
    (value) =>
      typeof value !== "number" || (value >= 1 && value <= MOST_ITEMS)
        ? undefined
        : `a whole number from 1 to ${MOST_ITEMS}`,
  ],
]);

/** Null, where the schema allows it, is no value. */
function textCheck(fits: (text: string) => boolean, expected: string): ArgumentCheck {
  return (value) => (typeof value !== "string" || fits(value) ? undefined : expected);
}
