import assert from "node:assert/strict";
import { test } from "node:test";
import { startApp } from "../testing/start-app.ts";
import { contractText } from "@triptych/bff/contract";
import { bff } from "../app.ts";

const PLACES = ["/web/docs", "/web/docs/style.css", "/web/openapi.json"];

/** As a browser comes, past the gateway. */
const NOBODY = { headers: { "x-identity": "" } };

test("in development the contract is served, with a page, to who has no identity", async (t) => {
  const { ask } = await startApp(t, { NODE_ENV: "development" });
  for (const place of PLACES) assert.equal((await ask(place, NOBODY)).status, 200, place);
  assert.equal((await ask("/web/openapi.json", NOBODY)).text, await contractText(bff));
});

test("elsewhere neither is there", async (t) => {
  const { ask } = await startApp(t);
  for (const place of PLACES) {
    assert.equal((await ask(place, NOBODY)).status, 401, place);
    assert.equal((await ask(place, { user: "ada" })).status, 404, place);
  }
});
