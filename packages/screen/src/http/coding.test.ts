import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "undici";
import { profileScreen } from "../testing/profile-screen.ts";
import { serveScreens } from "../testing/serve-screens.ts";

const GOOD = { profile: async () => ({ name: "Ada" }), orders: async () => [{ id: "o1" }] };

/** The coding of a small answer. */
async function codingOf(headers: Readonly<Record<string, string>>): Promise<unknown> {
  let coding: unknown;
  await serveScreens([profileScreen], { answers: GOOD }, async ({ origin }) => {
    const answer = await request(`${origin}/profile`, { headers });
    await answer.body.dump();
    coding = answer.headers["content-encoding"];
  });
  return coding;
}

test("compresses a small answer for a client alone that does not take it as it is", async () => {
  assert.equal(await codingOf({ "accept-encoding": "gzip" }), undefined);
  assert.equal(await codingOf({ "accept-encoding": "gzip, identity;q=0" }), "gzip");
  assert.equal(await codingOf({ "accept-encoding": "gzip, *;q=0" }), "gzip");
});

test("sends a page in the coding that the client likes best", async () => {
  const html = { accept: "text/html" };
  assert.equal(await codingOf({ ...html, "accept-encoding": "gzip, br" }), "br");
  assert.equal(await codingOf({ ...html, "accept-encoding": "gzip, br;q=0.5" }), "gzip");
  assert.equal(await codingOf({ ...html, "accept-encoding": "br;q=0, gzip;q=0.1, identity" }), undefined);
});

test("answers plainly to a client that accepts no coding at all", async () => {
  assert.equal(await codingOf({ "accept-encoding": "identity;q=0" }), undefined);
  assert.equal(await codingOf({ "accept-encoding": "*;q=0" }), undefined);
});
