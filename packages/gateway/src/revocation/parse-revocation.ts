import type { Revocation } from "./revocation-list.ts";

const ID = /^[A-Za-z0-9._~-]{1,128}$/;

/** A revocation as it comes in JSON; undefined for anything else. */
export function parseRevocation(value: unknown): Revocation | undefined {
  if (typeof value !== "object" || value === null || !("kind" in value) || !("id" in value)) return undefined;
  const { kind, id } = value;
  if (typeof id !== "string" || !ID.test(id)) return undefined;
  if (kind === "token" || kind === "api-key") return { kind, id };
  if (kind !== "user" || !("untilS" in value)) return undefined;
  const { untilS } = value;
  return typeof untilS === "number" && Number.isSafeInteger(untilS) ? { kind, id, untilS } : undefined;
}
