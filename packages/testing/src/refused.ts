import assert from "node:assert/strict";
import type { AppUnderTest, Question } from "./app-under-test.ts";

/** How a request is refused. */
export type Refusal = {
  readonly code: string;
  readonly status: number;
  /** With 405: the methods that are allowed. */
  readonly allow?: string;
};

/** The refusal of malformed input. */
export const INVALID: Refusal = { code: "invalid-request", status: 400 };

/** Path values that are never an id; some could lead to another address. */
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

/** An id, short enough for a test's name. */
export function shown(id: string): string {
  return id.length > 30 ? `of ${id.length} characters` : id;
}

/**
 * Asks, and checks that the answer is this problem, no service was called, and no bug was logged.
 */
export async function assertRefused(
  {
    ask,
    services,
    bugs,
  }: Pick<AppUnderTest, "ask"> & {
    readonly services: { readonly received: () => readonly unknown[] };
    readonly bugs: readonly string[];
  },
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
