import assert from "node:assert/strict";
import type { Answer } from "./client.ts";
import { expectedHomePage } from "./databases.ts";
import { NOTICE, PROBLEM } from "./pages.ts";
import type { ServiceName } from "./running-stack.ts";
import type { System } from "./system.ts";

/** The path of the home page. */
export const HOME_PAGE = "/web/home-page";

/** The home page's optional sections by the service that they need. */
const OPTIONAL = {
  orders: "recentOrders",
  recommendations: "recommendations",
  catalog: "recommendations",
} as const satisfies Partial<Record<ServiceName, string>>;

/** A service that the home page can do without. */
export type OptionalService = keyof typeof OPTIONAL;

/** Asserts that a user's home page has all that the databases have. */
export async function assertWhole(system: System, user: string): Promise<void> {
  const expected = expectedHomePage(system.databases, user);
  assert.deepEqual(await system.web.json(HOME_PAGE, user), expected, `user ${user}`);
}

/**
 * Asserts that the page is complete except for a service's section, and that it says so and why.
 */
export function assertDegraded(
  system: System,
  answer: Answer,
  { user, service, reason }: { user: string; service: OptionalService; reason: string },
): void {
  const expected = expectedHomePage(system.databases, user);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers["cache-control"], "private, no-store");
  const section = OPTIONAL[service];
  assert.ok(typeof expected === "object" && expected !== null);
  assert.deepEqual(JSON.parse(answer.text), {
    ...expected,
    [section]: [],
    degraded: [{ section, reason }],
  });
}

/** Asserts that the document is complete, with a notice in the place of the service's section. */
export function assertDegradedDocument(answer: Answer, service: OptionalService): void {
  assert.equal(answer.status, 200);
  assertNotice(answer, OPTIONAL[service]);
  assert.match(answer.text, /<\/html>\s*$/);
  assert.equal(answer.trailers["screen-problem"], undefined);
  assert.doesNotMatch(answer.text, /<!--screen-problem/);
}

/**
 * Asserts that the problem names the section and the service that failed, but no address or code.
 */
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

/**
 * Asserts that the document is complete, and that a comment in the section and a trailer name the
 * problem.
 */
export function assertProblemDocument(answer: Answer, code: string): void {
  assert.equal(answer.status, 200, "the status left before the failure was known");
  assert.equal(answer.trailers["screen-problem"], `${code}; section=profile`);
  assert.ok(answer.text.includes(`<!--screen-problem section="profile" code="${code}"-->`));
  assert.match(placed(answer, "profile"), new RegExp(`role="alert" ${PROBLEM}"${code}"`));
  assert.match(placed(answer, "recentOrders"), /<h2\b/, "the other sections are there");
  assert.match(answer.text, /<\/html>\s*$/);
}

/** Asserts that a section's place says that the section cannot be shown. */
export function assertNotice(answer: Answer, section: string): void {
  assert.ok(placed(answer, section).includes(NOTICE), `${section} is missing: ${answer.text}`);
}

/** What a browser puts into a section's place. */
function placed({ text }: Answer, section: string): string {
  const [, markup] = new RegExp(`<template for="${section}">([^]*?)</template>`).exec(text) ?? [];
  assert.ok(markup !== undefined, `a place for ${section}: ${text}`);
  return markup;
}
