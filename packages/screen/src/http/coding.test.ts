import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "undici";
import { profileScreen } from "../testing/profile-screen.ts";
import { serveScreens } from "../testing/serve-screens.ts";
import { weightsOf } from "./coding.ts";

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

test("compresses a small answer only for a client that refuses it uncompressed", async () => {
  assert.equal(await codingOf({ "accept-encoding": "gzip" }), undefined);
  assert.equal(await codingOf({ "accept-encoding": "gzip, identity;q=0" }), "gzip");
  assert.equal(await codingOf({ "accept-encoding": "gzip, *;q=0" }), "gzip");
});

test("sends a page in the coding that the client prefers", async () => {
  const html = { accept: "text/html" };
  assert.equal(await codingOf({ ...html, "accept-encoding": "gzip, br" }), "br");
  assert.equal(await codingOf({ ...html, "accept-encoding": "gzip, br;q=0.5" }), "gzip");
  assert.equal(await codingOf({ ...html, "accept-encoding": "br;q=0, gzip;q=0.1, identity" }), undefined);
});

test("answers uncompressed to a client that accepts no coding at all", async () => {
  assert.equal(await codingOf({ "accept-encoding": "identity;q=0" }), undefined);
  assert.equal(await codingOf({ "accept-encoding": "*;q=0" }), undefined);
});

const CODINGS = ["br", "gzip", "identity"] as const;

/** The codings that a client accepts, best first. */
function accepted(header: string | undefined): string {
  const weightOf = weightsOf(header);
  const wanted = CODINGS.filter((coding) => weightOf(coding) > 0);
  return wanted.toSorted((a, b) => weightOf(b) - weightOf(a)).join(" ");
}

for (const [header, expected] of [
  [undefined, "identity"],
  ["", "identity"],
  ["gzip, deflate, br, zstd", "br gzip identity"],
  ["BR", "br identity"],
  ["br;q=0.1, gzip;q=1", "gzip br identity"],
  ["br ; Q=0.5,gzip", "gzip br identity"],
  ["br;q=0.001", "br identity"],
  ["identity;q=1, br;q=0.5", "identity br"],
  ["identity;q=0", ""],
  ["identity;q=0, gzip", "gzip"],
  ["*", "br gzip identity"],
  ["*;q=0", ""],
  ["br;q=0, *", "gzip identity"],
  ["gzip;q=1.0, *;q=0", "gzip"],
  ["gzip;q=0.000", "identity"],
  ["br;q=2, gzip;q=-1, deflate", "identity"],
  ["br;q=, gzip;q=0.5;level=9", "identity"],
  ["gzip, gzip;q=0", "gzip identity"],
  ["__proto__, constructor;q=0", "identity"],
] as const) {
  test(`reads ${header === undefined ? "no Accept-Encoding" : `Accept-Encoding: "${header}"`}`, () => {
    assert.equal(accepted(header), expected);
  });
}
