import assert from "node:assert/strict";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { describe, it } from "node:test";
import {
  IdentityRequiredError,
  createMinter,
  createReplayGuard,
  createVerifier,
  identityGate,
} from "./index.ts";
import type { ReplayGuard } from "./index.ts";

const KEY = { kid: "k1", secret: Buffer.alloc(32, 1) };
const clock = { now: () => 0, wallNow: () => 1_800_000_000_000 };
const minter = createMinter({ ...KEY, clock });

/** A gate, and what it told of the requests that it saw. */
function gateWith(replayGuard?: ReplayGuard) {
  const told: string[] = [];
  const gate = identityGate({
    verifier: createVerifier({ keys: [KEY], audience: "web-bff", clock }),
    onVerified: (_res, identity) => told.push(`verified ${identity.requestId}`),
    onRefusal: (_res, reason) => told.push(reason),
    ...(replayGuard === undefined ? {} : { replayGuard }),
  });
  /** What `next` was called with, and the response that stands for the request. */
  function pass(method: string, token: string | undefined) {
    const req = new IncomingMessage(new Socket());
    req.method = method;
    req.rawHeaders = token === undefined ? [] : ["X-Identity", token];
    const res = new ServerResponse(req);
    const calls: unknown[] = [];
    gate.check(req, res, (error) => calls.push(error));
    assert.equal(calls.length, 1, "next is called once");
    return { error: calls[0], res };
  }
  return { gate, told, pass };
}

function tokenFor(requestId: string): string {
  return minter.mint({ userId: "42", audience: "web-bff", requestId });
}

describe("the identity gate", () => {
  it("lets a verified request pass and knows its identity afterwards", () => {
    const { gate, told, pass } = gateWith();
    const { error, res } = pass("GET", tokenFor("r-1"));
    assert.equal(error, undefined);
    assert.equal(gate.identityOf(res).userId, "42");
    assert.deepEqual(told, ["verified r-1"]);
  });

  it("refuses a request without an identity, and knows none afterwards", () => {
    const { gate, told, pass } = gateWith();
    const { error, res } = pass("GET", undefined);
    assert.ok(error instanceof IdentityRequiredError);
    assert.equal(error.problem.code, "identity-required");
    assert.deepEqual(told, ["missing"]);
    assert.throws(() => gate.identityOf(res), /not mounted in front/);
  });

  it("accepts the identity of an unsafe request once", () => {
    const { gate, told, pass } = gateWith(createReplayGuard({ clock }));
    const token = tokenFor("r-1");
    assert.equal(pass("POST", token).error, undefined);
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "QUERY"]) {
      const { error, res } = pass(method, token);
      assert.ok(error instanceof IdentityRequiredError, method);
      assert.equal(error.reason, "replayed");
      assert.throws(() => gate.identityOf(res));
    }
    assert.deepEqual(told, ["verified r-1", ...Array.from({ length: 5 }, () => "replayed")]);
  });

  it("uses nothing up for a safe request, nor for one that is refused", () => {
    const guard = createReplayGuard({ clock });
    const { pass } = gateWith(guard);
    const token = tokenFor("r-1");
    for (const method of ["GET", "GET", "HEAD", "OPTIONS"])
      assert.equal(pass(method, token).error, undefined);
    pass("POST", `${token}x`);
    assert.equal(guard.size, 0);
    assert.equal(pass("POST", token).error, undefined);
    assert.equal(guard.size, 1);
  });

  it("answers overloaded where it could not remember", () => {
    const { pass } = gateWith(createReplayGuard({ clock, maxEntries: 1 }));
    pass("POST", tokenFor("r-1"));
    const { error } = pass("POST", tokenFor("r-2"));
    assert.ok(error instanceof Error && "problem" in error);
    assert.deepEqual(error.problem, {
      code: "overloaded",
      detail: "Too many requests at once: try again in a moment.",
    });
  });

  it("accepts an identity again and again where no guard is given", () => {
    const { pass } = gateWith();
    const token = tokenFor("r-1");
    assert.equal(pass("POST", token).error, undefined);
    assert.equal(pass("POST", token).error, undefined);
  });
});
