import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { appUnderTest } from "./app-under-test.ts";

test("an app that cannot start leaves nothing open, so that its test ends at once", async () => {
  let users = new URL("http://127.0.0.1");
  const { openApp } = appUnderTest("web-bff", async ({ USERS_URL = "" }) => {
    users = new URL(USERS_URL);
    throw new TypeError("the layout must hold the place of section profile once");
  });
  await assert.rejects(openApp(), /the place of section profile/);
  const socket = connect(Number(users.port), users.hostname);
  const [error] = await once(socket, "error");
  assert.equal(error.code, "ECONNREFUSED");
});

test("a test in which the app logs a bug fails, whatever the app answered", async (t) => {
  const { startApp } = appUnderTest("web-bff", async (_env, { logger }) => ({
    app: (_req, res) => {
      logger.error({ section: "picks" }, "a shape returned what its schema does not allow");
      res.end("{}");
    },
    close: () => Promise.resolve(),
  }));
  const ends: (() => Promise<void>)[] = [];
  // Only this of a test's context is used.
  const context = { after: (end: () => Promise<void>) => void ends.push(end) };
  const { ask } = await startApp(Object.assign(Object.create(t), context));
  assert.equal((await ask("/web/home-page")).status, 200);
  await assert.rejects(
    Promise.all(ends.map((end) => end())),
    /no request may cause a bug[^]*its schema does not allow/,
  );
});
