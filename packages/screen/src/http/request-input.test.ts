import assert from "node:assert/strict";
import { test } from "node:test";
import { Type } from "typebox";
import { request } from "undici";
import { datedChanges } from "../definition/dated-changes.ts";
import { defineScreens } from "../definition/screen.ts";
import { upstreamFailure } from "../testing/fake-upstreams.ts";
import type { FakeClients } from "../testing/fake-upstreams.ts";
import { serveScreens } from "../testing/serve-screens.ts";

const { screen, optional } = defineScreens<FakeClients>();

const Newest = Type.Object({ name: Type.Object({ display: Type.String() }) });
const Before3 = Type.Object({ name: Type.String() });
const Before2 = Type.Object({ fullName: Type.String() });

const versioned = screen({
  name: "versioned",
  path: "/versioned",
  summary: "For tests",
  budget: { deadlineMs: 800, upstreamCalls: 1, bytes: 1_000 },
  sections: {
    profile: optional({
      schema: Newest,
      fallback: { name: { display: "you" } },
      load: ({ profile }) => profile(),
      shape: ({ name }) => ({ name: { display: name } }),
      changes: datedChanges<typeof Newest>()
        .until("3.0.0", {
          note: "the name became an object",
          older: Before3,
          toOlder: (newer) => ({ name: newer.name.display }),
        })
        .until("2.0.0", {
          note: "fullName became name",
          older: Before2,
          toOlder: (newer, loaded) => ({ fullName: `${newer.name}${loaded === undefined ? "" : "!"}` }),
        }),
    }),
  },
});

const GOOD = { profile: async () => ({ name: "Ada" }) };

for (const [version, profile] of [
  [undefined, { name: { display: "Ada" } }],
  ["3.0.0", { name: { display: "Ada" } }],
  ["10.0.0", { name: { display: "Ada" } }],
  ["2.99.99", { name: "Ada" }],
  ["2.0.0-beta.1", { name: "Ada" }],
  ["1.5.0", { fullName: "Ada!" }],
] as const) {
  test(`gives app version ${version ?? "(none)"} the shape that it knows`, async () => {
    await serveScreens([versioned], { answers: GOOD, oldestVersion: "1.5.0" }, async ({ origin }) => {
      const headers = version === undefined ? {} : { "x-app-version": version };
      const { body } = await request(`${origin}/versioned`, { headers });
      assert.deepEqual(await body.json(), { profile, degraded: [] });
    });
  });
}

test("gives an old app the fallback in its own shape", async () => {
  const answers = { profile: async () => Promise.reject(upstreamFailure("timeout")) };
  await serveScreens([versioned], { answers, oldestVersion: "1.0.0" }, async ({ origin }) => {
    const { body } = await request(`${origin}/versioned`, { headers: { "x-app-version": "1.0.0" } });
    assert.deepEqual(await body.json(), {
      profile: { fullName: "you" },
      degraded: [{ section: "profile", reason: "timeout" }],
    });
  });
});

test("refuses an app that is too old, saying which version is not, and what is no version", async () => {
  await serveScreens([versioned], { answers: {}, oldestVersion: "1.5.0" }, async ({ origin }) => {
    const tooOld = await request(`${origin}/versioned`, { headers: { "x-app-version": "1.4.9" } });
    assert.match(await tooOld.body.text(), /"code":"upgrade-required".*1\.5\.0.*"upgrade":"app\/1\.5\.0"/);
    for (const version of ["3", "3.0", "latest", "1.2.3, 4.5.6", "-1.0.0"]) {
      const wrong = await request(`${origin}/versioned`, { headers: { "x-app-version": version } });
      assert.match(await wrong.body.text(), /"code":"invalid-request"/, version);
    }
  });
});

test("ignores the version in an app without supported versions", async () => {
  await serveScreens([versioned], { answers: GOOD }, async ({ origin }) => {
    const { statusCode, body } = await request(`${origin}/versioned`, {
      headers: { "x-app-version": "0.0.1" },
    });
    await body.dump();
    assert.equal(statusCode, 200);
  });
});
