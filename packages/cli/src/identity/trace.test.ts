import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { createTraceRequests, MAX_TRACE_REQUEST_S } from "@triptych/identity";
import { printTraceRequest } from "./trace.ts";
import type { TraceOptions } from "./trace.ts";

function print(options: TraceOptions, root = "/nowhere"): string {
  const output = new PassThrough();
  assert.equal(printTraceRequest(options, { root, output }), 0);
  return String(output.read()).trimEnd();
}

test("prints what a gateway with the same session keys accepts until it expires", () => {
  using dir = mkdtempDisposableSync(join(tmpdir(), "trace-"));
  const file = join(dir.path, "keys.json");
  const secret = randomBytes(32);
  writeFileSync(file, JSON.stringify({ sessionKeys: `s-1:${secret.toString("base64url")}` }));
  const token = print({ keys: file, seconds: "60" });
  const at = (wallNow: number) =>
    createTraceRequests({
      keys: [{ kid: "s-1", secret }],
      lifeS: MAX_TRACE_REQUEST_S,
      clock: { wallNow: () => wallNow },
    });
  assert.equal(at(Date.now()).accepts(token), true);
  assert.equal(at(Date.now() + 61_000).accepts(token), false);
});

test("says what to do about a wrong option or file", () => {
  using dir = mkdtempDisposableSync(join(tmpdir(), "trace-"));
  const file = join(dir.path, "keys.json");
  for (const seconds of ["0", "3601", "soon", "-1"]) {
    assert.throws(() => print({ keys: file, seconds }), /--seconds must be a whole number from 1 to 3600/);
  }
  assert.throws(() => print({}), /gateway-keys\.json cannot be read: start the stack with npm start/);
  writeFileSync(file, "{}");
  assert.throws(() => print({ keys: file }), /has no sessionKeys/);
  writeFileSync(file, JSON.stringify({ sessionKeys: "s-1" }));
  assert.throws(() => print({ keys: file }), /sessionKeys/);
});
