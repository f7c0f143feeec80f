import assert from "node:assert/strict";
import type { Question } from "@triptych/testing";
import type { AppUnderTest } from "./start-app.ts";

/** What a request is refused as. */
export type Refusal = {
  readonly code: string;
  readonly status: number;
  /** With 405: the methods that are allowed. */
  readonly allow?: string;
};

export const INVALID: Refusal = { code: "invalid-request", status: 400 };

/** In a path: never an id of a service's, and some that could lead elsewhere. */
export const IMPOSSIBLE_IDS = [
  "..%2Fadmin",
  "..%2F..%2Fadmin",
  "%2e%2e",
  "%2e%2e%2fadmin",
  "..",
  ".",
  "%00",
  "ord%00",
  "ord%0d%0aX-Injected:1",
  "%2F%2Fhost",
  "http:%2F%2Fhost",
  "a%20b",
  "a%3Fb",
  "a%23b",
  "a;b",
  "a@host",
  "%E4%B8%AD",
  "%F0%9F%92%A9",
  "%E0%A4%A",
  "%",
  "%zz",
  "x".repeat(65),
  "x".repeat(8 * 1024),
] as const;

/** An id as a test's name can show it. */
export function shown(id: string): string {
  return id.length > 30 ? `of ${id.length} characters` : id;
}

/** Asks, and checks that the answer is this problem, that no service was asked, and that nothing broke. */
export async function assertRefused(
  { ask, services, bugs }: AppUnderTest,
  path: string,
  question: Question,
  { code, status, allow }: Refusal,
): Promise<void> {
  const answer = await ask(path, question);
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.headers["content-type"], "application/problem+json");
  assert.partialDeepStrictEqual(JSON.parse(answer.text), { type: `/problems/${code}`, status });
  assert.equal(answer.headers["allow"], allow);
  assert.deepEqual(services.received(), []);
  assert.deepEqual(bugs, []);
}
