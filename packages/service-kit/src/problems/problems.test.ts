import assert from "node:assert/strict";
import { test } from "node:test";
import { isProblemSource, ProblemError, problemBody, PROBLEMS } from "../index.ts";

test("the codes and statuses are the published ones", () => {
  const statuses = Object.entries(PROBLEMS).map(([code, { status }]) => `${code} ${status}`);
  assert.deepEqual(statuses.toSorted(), [
    "conflict 409",
    "forbidden 403",
    "identity-required 401",
    "internal 500",
    "invalid-request 400",
    "method-not-allowed 405",
    "not-acceptable 406",
    "not-found 404",
    "overloaded 503",
    "payload-too-large 413",
    "rate-limited 429",
    "unsupported-media-type 415",
    "upgrade-required 426",
    "upstream-invalid 502",
    "upstream-timeout 504",
    "upstream-unavailable 503",
    "uri-too-long 414",
  ]);
});

test("a body names section and upstream only where they apply", () => {
  assert.deepEqual(problemBody({ code: "conflict", detail: "Already shipped" }, "req-1"), {
    type: "/problems/conflict",
    title: "Conflict",
    status: 409,
    detail: "Already shipped",
    instance: "req-1",
  });
});

test("a ProblemError keeps its problem, its code and its cause", () => {
  const cause = new Error("refused");
  const error = new ProblemError({ code: "upstream-unavailable", detail: "orders is away" }, { cause });
  assert.equal(error.code, "upstream-unavailable");
  assert.equal(error.message, "orders is away");
  assert.equal(error.cause, cause);
  assert.ok(isProblemSource(error));
});

function withProblem(problem: unknown): Error {
  return Object.assign(new Error("x"), { problem });
}

test("only an error with a known code and a detail is a problem source", () => {
  assert.ok(isProblemSource(withProblem({ code: "not-found", detail: "gone" })));
  for (const other of [
    undefined,
    null,
    "not-found",
    { problem: { code: "not-found", detail: "gone" } },
    new Error("x"),
    withProblem(undefined),
    withProblem(null),
    withProblem("not-found"),
    withProblem({ code: "not-found" }),
    withProblem({ code: "toString", detail: "x" }),
    withProblem({ code: "unheard-of", detail: "x" }),
    withProblem({ code: "not-found", detail: 1 }),
  ]) {
    assert.equal(isProblemSource(other), false);
  }
});
