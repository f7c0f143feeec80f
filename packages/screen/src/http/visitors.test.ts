import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "@triptych/testing";
import { request } from "undici";
import { prepare } from "../run/prepare.ts";
import { upstreamFailure } from "../testing/fake-upstreams.ts";
import type { Answers } from "../testing/fake-upstreams.ts";
import { profileScreen } from "../testing/profile-screen.ts";
import { renameCommand } from "../testing/rename-command.ts";
import { serveScreens } from "../testing/serve-screens.ts";

const { page, sections } = profileScreen;
const { profile, orders } = sections;
assert.ok(page);

/** The profile is for everybody here; the orders are a user's. */
const publicScreen = {
  ...profileScreen,
  path: "/public",
  name: "public-screen",
  publicSeconds: 60,
  sections: { profile: { ...profile, needsUser: false }, orders },
  page: {
    ...page,
    layout: (places: { profile: string; orders: string }, nonce: string, viewer: string) =>
      `<!doctype html><html><head><style nonce="${nonce}"></style></head><body class="${viewer}">${places.profile}${places.orders}</body></html>`,
  },
};

const GOOD = { profile: async () => ({ name: "Ada" }), orders: async () => [{ id: "o1" }] };
const caller = (userId: string | undefined) => ({
  caller: () => ({ userId, requestId: "r-1", traceId: `${"0".repeat(31)}1`, traceFlags: "00" }),
});

/** What a visitor (or user 42) gets of a path. */
async function got(
  path: string,
  how: {
    readonly accept?: string;
    readonly method?: "GET" | "HEAD";
    readonly answers?: Answers;
    readonly user?: string;
  } = {},
) {
  const { accept = "application/json", method = "GET", answers = { profile: GOOD.profile }, user } = how;
  const clock = new FakeClock();
  let found:
    | { status: number; headers: Record<string, unknown>; text: string; reports: readonly unknown[] }
    | undefined;
  const options = { answers, clock, mount: caller(user) };
  await serveScreens([publicScreen, profileScreen], options, async ({ origin, reports }) => {
    const {
      statusCode: status,
      headers,
      body,
    } = await request(`${origin}${path}`, { method, headers: { accept } });
    found = { status, headers, text: await body.text(), reports };
  });
  assert.ok(found);
  return found;
}

const WHO_ASKS = ["Cookie", "Authorization", "X-API-Key"];

test("a visitor gets a section that needs no user, and the fallback of one that does, which is not degraded", async () => {
  // The orders service is not called: `answers` has none for it.
  const { status, text, headers, reports } = await got("/public");
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(text), { profile: { name: "Ada" }, orders: [], degraded: [] });
  assert.equal(headers["cache-control"], "public, max-age=0, s-maxage=60");
  for (const name of WHO_ASKS) assert.ok(String(headers["vary"]).includes(name), name);
  assert.match(String(headers["etag"]), /^"[\w-]+"$/);
  assert.partialDeepStrictEqual(reports, [
    { outcome: "complete", sections: [{ outcome: "ok" }, { section: "orders", outcome: "login" }] },
  ]);
});

test("a user's answer of the same screen is never kept by a shared cache", async () => {
  const { text, headers } = await got("/public", { answers: GOOD, user: "42" });
  assert.deepEqual(JSON.parse(text), { profile: { name: "Ada" }, orders: [{ id: "o1" }], degraded: [] });
  assert.equal(headers["cache-control"], "private, no-cache");
});

test("a visitor's answer that lacks something is kept by nobody", async () => {
  const screen = {
    ...publicScreen,
    sections: { profile: publicScreen.sections.profile, orders: { ...orders, needsUser: false } },
  };
  const answers = { profile: GOOD.profile, orders: () => Promise.reject(upstreamFailure("unavailable")) };
  for (const accept of ["application/json", "text/html"]) {
    await serveScreens([screen], { answers, mount: caller(undefined) }, async ({ origin }) => {
      const { statusCode, headers, body } = await request(`${origin}/public`, { headers: { accept } });
      assert.equal(statusCode, 200);
      assert.equal(headers["cache-control"], "private, no-store");
      assert.match(await body.text(), /unavailable/);
    });
  }
});

test("a visitor gets the page in one piece, without a script, in the layout for visitors", async () => {
  const { status, text, headers } = await got("/public", { accept: "text/html" });
  assert.equal(status, 200);
  assert.match(text, /<body class="visitor"><h1>Ada<\/h1><\/body><\/html>$/);
  assert.doesNotMatch(text, /<script|template/);
  assert.equal(headers["cache-control"], "public, max-age=0, s-maxage=60");
  assert.equal(headers["content-length"], String(Buffer.byteLength(text)));
  assert.match(String(headers["content-security-policy"]), /nonce-/);
  assert.equal(headers["x-robots-tag"], undefined);
});

test("a visitor's page has the head of its data, and a user's, which is sent before they are there, has not", async () => {
  const head = ({ profile: data }: { profile: { name: string } }) => `<meta name="a" content="${data.name}">`;
  const screen = { ...publicScreen, page: { ...publicScreen.page, head } };
  for (const [userId, has] of [
    [undefined, true],
    ["42", false],
  ] as const) {
    await serveScreens([screen], { answers: GOOD, mount: caller(userId) }, async ({ origin }) => {
      const { body } = await request(`${origin}/public`, { headers: { accept: "text/html" } });
      assert.equal((await body.text()).includes('<meta name="a" content="Ada"></head>'), has);
    });
  }
});

test("a head that throws is reported as a bug", async () => {
  const head = () => {
    throw new TypeError("broken head");
  };
  const screen = { ...publicScreen, page: { ...publicScreen.page, head } };
  await serveScreens([screen], { answers: GOOD, mount: caller(undefined) }, async ({ origin, reports }) => {
    const { body } = await request(`${origin}/public`, { headers: { accept: "text/html" } });
    assert.match(await body.text(), /internal/);
    assert.deepEqual(
      reports.map(({ outcome }) => outcome),
      ["failed"],
    );
  });
});

test("a user gets the page as before: streamed, and kept by nobody", async () => {
  const { text, headers } = await got("/public", { accept: "text/html", answers: GOOD, user: "42" });
  assert.match(text, /<body class="user">/);
  assert.equal(headers["cache-control"], "private, no-store");
});

test("a HEAD of a visitor has the headers of the page", async () => {
  const page = await got("/public", { accept: "text/html" });
  const { status, text, headers } = await got("/public", { accept: "text/html", method: "HEAD" });
  assert.deepEqual([status, text], [200, ""]);
  for (const name of ["cache-control", "content-length", "content-type", "vary"])
    assert.equal(headers[name], page.headers[name], name);
});

test("what is not there is no page with a status of 200 for a visitor", async () => {
  const answers = { profile: () => Promise.reject(upstreamFailure("rejected", 404)) };
  const { text, headers } = await got("/public", { accept: "text/html", answers });
  assert.equal(JSON.parse(text).code, "not-found");
  assert.equal(headers["cache-control"], undefined);
});

test("a visitor gets lines too, without what is a user's", async () => {
  const { text } = await got("/public", { accept: "application/x-ndjson" });
  assert.deepEqual(text.trim().split("\n").toSorted(), [
    '{"degraded":[]}',
    '{"orders":[]}',
    '{"profile":{"name":"Ada"}}',
  ]);
});

test("a screen whose required section needs a user is refused to a visitor, without a call", async () => {
  for (const accept of ["application/json", "text/html", "application/x-ndjson"]) {
    const { text, reports } = await got("/profile", { accept, answers: {} });
    assert.deepEqual(JSON.parse(text), { code: "identity-required", detail: "This needs a login." });
    assert.deepEqual(reports, []);
  }
});

test("a visitor can send no command", async () => {
  const options = { answers: {}, commands: [renameCommand], mount: caller(undefined) };
  await serveScreens([profileScreen], options, async ({ origin }) => {
    const { body } = await request(`${origin}/profile/1/rename`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": "key-12345" },
      body: '{"name":"Eve"}',
    });
    assert.partialDeepStrictEqual(await body.json(), { code: "identity-required" });
  });
});

test("publicSeconds is refused where visitors get nothing, and where it is no time", () => {
  assert.throws(() => prepare({ ...profileScreen, publicSeconds: 60 }), /its required sections need a user/);
  for (const publicSeconds of [0, -1, 1.5, Number.NaN])
    assert.throws(() => prepare({ ...publicScreen, publicSeconds }), /must be a whole number of at least 1/);
});
