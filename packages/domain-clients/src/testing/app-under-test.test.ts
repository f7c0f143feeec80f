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
