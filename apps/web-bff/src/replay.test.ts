import assert from "node:assert/strict";
import { test } from "node:test";
import { startApp } from "./testing/start-app.ts";

test("an unsafe request's identity is accepted once, a safe one's again and again", async (t) => {
  const { ask, identity } = await startApp(t);
  const token = identity();
  const statuses: number[] = [];
  for (const method of ["GET", "GET", "POST", "POST", "GET"] as const) {
    const { status } = await ask("/web/no-such-page", { method, headers: { "x-identity": token } });
    statuses.push(status);
  }
  assert.deepEqual(statuses, [404, 404, 404, 401, 404]);
});
