import assert from "node:assert/strict";
import { test } from "node:test";
import { fails, HOSTILE } from "@triptych/domain-clients/testing";
import { startApp } from "../testing/start-app.ts";
import { homePage } from "./home-page.ts";

test("answers the profile of the user who asks", async (t) => {
  const { ask } = await startApp(t);
  const { status, text } = await ask("/web/home-page", { user: "ada" });
  assert.equal(status, 200);
  assert.partialDeepStrictEqual(JSON.parse(text), {
    profile: { name: "Ada L.", loyaltyPoints: 1200 },
  });
  assert.deepEqual(JSON.parse(text).degraded, []);
});

test("costs no more than its budget says", async (t) => {
  const { ask, services } = await startApp(t);
  const { text } = await ask("/web/home-page");
  assert.ok(Buffer.byteLength(text) <= homePage.budget.bytes, `${Buffer.byteLength(text)} bytes`);
  assert.ok(services.received().length <= homePage.budget.upstreamCalls);
});

test("is a page too, whose texts stay texts", async (t) => {
  const { ask } = await startApp(t);
  const { status, text } = await ask("/web/home-page", { user: "hostile", headers: { accept: "text/html" } });
  assert.equal(status, 200);
  assert.match(text, /<h1>/);
  assert.ok(!text.includes(HOSTILE));
});

test("is a problem that names the section and the service when users fails", async (t) => {
  const { ask, services } = await startApp(t);
  services.users.behave(fails(500));
  const { status, text } = await ask("/web/home-page");
  assert.equal(status, 503);
  assert.partialDeepStrictEqual(JSON.parse(text), { section: "profile", upstream: "users" });
});
