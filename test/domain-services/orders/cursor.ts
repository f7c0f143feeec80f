import { hash } from "node:crypto";
import { invalidRequest } from "../http/problem.ts";
import type { Position } from "./order-reader.ts";

/**
 * Where a user's next page starts, as one opaque word. A seal binds it to its user: one that was damaged, made up or
 * given to somebody else is refused. It is no secret, for it protects nothing: every query asks for the caller's orders.
 */
export function toCursor(userId: string, { placedAt, id }: Position): string {
  return Buffer.from([placedAt, id, seal(userId, placedAt, id)].join(SEPARATOR)).toString("base64url");
}

/** @throws Problem 400 where it is not a cursor of this user's. */
export function fromCursor(userId: string, cursor: string): Position {
  const [placedAt = "", id = ""] = Buffer.from(cursor, "base64url").toString("utf8").split(SEPARATOR);
  const position = { placedAt, id };
  // Compared as a whole: what Buffer skips while it decodes is no cursor either.
  if (cursor === toCursor(userId, position)) return position;
  throw invalidRequest(
    "cursor must be a nextCursor that this user got; leave it out to start with the newest order.",
  );
}

const SEPARATOR = "|";

function seal(userId: string, placedAt: string, id: string): string {
  return hash("sha256", ["orders cursor", userId, placedAt, id].join(SEPARATOR), "base64url").slice(0, 16);
}
