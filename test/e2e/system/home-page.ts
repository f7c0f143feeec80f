import assert from "node:assert/strict";
import { expectedHomePage } from "../databases/home-page.ts";
import { OPTIONAL } from "./sections.ts";
import type { OptionalService } from "./sections.ts";
import type { System } from "./start.ts";
import type { Answer } from "./web-client.ts";

export const HOME_PAGE = "/web/home-page";

/** Asks for a user's home page and finds all of it, as the databases have it. */
export async function assertWhole(system: System, user: string): Promise<void> {
  const expected = expectedHomePage(system.databases, user);
  assert.deepEqual(await system.web.json(HOME_PAGE, user), expected, `user ${user}`);
}

/** The page is there without what the service gives it, and says so and why. */
export function assertDegraded(
  system: System,
  answer: Answer,
  { user, service, reason }: { user: string; service: OptionalService; reason: string },
): void {
  const expected = expectedHomePage(system.databases, user);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers["cache-control"], "private, no-store");
  const { section } = OPTIONAL[service];
  assert.ok(typeof expected === "object" && expected !== null);
  assert.deepEqual(JSON.parse(answer.text), {
    ...expected,
    [section]: [],
    degraded: [{ section, reason }],
  });
}

/** The document is whole, and an apology stands where the service's section would. */
export function assertDegradedDocument(answer: Answer, service: OptionalService): void {
  assert.equal(answer.status, 200);
  const { apology } = OPTIONAL[service];
  assert.ok(answer.text.includes(apology), `the page says: ${apology}`);
  assert.match(answer.text, /<\/html>\s*$/);
  assert.equal(answer.trailers["screen-problem"], undefined);
  assert.doesNotMatch(answer.text, /<!--screen-problem/);
}

/** The problem names what failed, and nothing of where. */
export function assertProblem(answer: Answer, { status, code }: { status: number; code: string }): void {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.headers["content-type"], "application/problem+json");
  const problem: unknown = JSON.parse(answer.text);
  assert.ok(typeof problem === "object" && problem !== null);
  const { title: _title, detail, ...rest } = { title: "", detail: "", ...problem };
  assert.deepEqual(rest, {
    type: `/problems/${code}`,
    status,
    instance: answer.headers["x-request-id"],
    section: "profile",
    upstream: "users",
  });
  assert.match(detail, /^profile: [^]+\.$/);
  assert.doesNotMatch(answer.text, /127\.0\.0\.1|localhost|at \w+ \(|switched-to-fail/);
  if (status === 503) assert.match(String(answer.headers["retry-after"]), /^[1-9]\d*$/);
}

/** The document is whole, and both a comment in the section's place and the trailer name the problem. */
export function assertProblemDocument(answer: Answer, code: string): void {
  assert.equal(answer.status, 200, "the status left before the failure was known");
  assert.equal(answer.trailers["screen-problem"], `${code}; section=profile`);
  assert.ok(answer.text.includes(`<!--screen-problem section="profile" code="${code}"-->`));
  assert.match(answer.text, /<h1>We can’t (?:show this page right now|find that)<\/h1>/);
  assert.match(answer.text, /<h2>Recent orders<\/h2>/, "the other sections are there");
  assert.match(answer.text, /<\/html>\s*$/);
}
