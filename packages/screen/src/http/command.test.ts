import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "undici";
import { upstreamFailure } from "../testing/fake-upstreams.ts";
import { profileScreen } from "../testing/profile-screen.ts";
import { renameCommand } from "../testing/rename-command.ts";
import { serveScreens } from "../testing/serve-screens.ts";

const KEY = "key-12345678";

/**
 * Posts to the command with the upstreams' answers as given; `calls` are the renames that were
 * made.
 */
async function post(options: {
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly rename?: () => Promise<{ name: string }>;
}) {
  const calls: unknown[][] = [];
  const answers = {
    rename: async (_: unknown, ...args: unknown[]) => {
      calls.push(args);
      return options.rename === undefined ? { name: "Grace", email: "g@example.org" } : options.rename();
    },
    orders: async () => [{ id: "o1" }],
  };
  const result = {
    status: 0,
    text: "",
    headers: {} as Record<string, unknown>,
    calls,
    reports: [] as readonly unknown[],
  };
  await serveScreens([profileScreen], { answers, commands: [renameCommand] }, async ({ origin, reports }) => {
    const { statusCode, headers, body } = await request(`${origin}${options.path ?? "/profile/42/rename"}`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": KEY, ...options.headers },
      body: options.body ?? '{"name":"Grace"}',
    });
    Object.assign(result, { status: statusCode, text: await body.text(), headers, reports });
  });
  return result;
}

test("does the work once, and answers the screen as it is after it", async () => {
  const { status, text, headers, calls, reports } = await post({});
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(text), { profile: { name: "Grace" }, orders: [{ id: "o1" }], degraded: [] });
  assert.equal(headers["cache-control"], "private, no-store");
  assert.deepEqual(calls, [["42", "Grace", KEY]]);
  assert.equal(reports.length, 1);
});

for (const type of ["application/vnd.api+json", "application/json; odata.metadata=minimal"]) {
  test(`reads a body of ${type}, and one with a byte order mark`, async () => {
    const { status, calls } = await post({
      headers: { "content-type": type },
      body: '\uFEFF{"name":"Grace"}',
    });
    assert.equal(status, 200);
    assert.deepEqual(calls, [["42", "Grace", KEY]]);
  });
}

test("answers a form with a redirect to the screen", async () => {
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const { status, headers, calls } = await post({
    headers: form,
    body: `token=for-42&idempotencyKey=${KEY}-form&name=Grace`,
  });
  assert.equal(status, 303);
  assert.equal(headers["location"], "/profile");
  assert.deepEqual(calls, [["42", "Grace", `${KEY}-form`]]);
});

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const REFUSED = [
  { why: "no key", headers: { "idempotency-key": "" }, code: "invalid-request" },
  { why: "a short key", headers: { "idempotency-key": "short" }, code: "invalid-request" },
  {
    why: "a key of 129 characters",
    headers: { "idempotency-key": "k".repeat(129) },
    code: "invalid-request",
  },
  { why: "no body", body: "", code: "invalid-request" },
  { why: "a body of another shape", body: '{"name":1}', code: "invalid-request" },
  { why: "an unknown field", body: '{"name":"Grace","admin":true}', code: "invalid-request" },
  { why: "a list", body: "[]", code: "invalid-request" },
  { why: "another media type", headers: { "content-type": "text/plain" }, code: "unsupported-media-type" },
  { why: "an id that no contract allows", path: "/profile/..%2F..%2Fadmin/rename", code: "invalid-request" },
  { why: "an id with a NUL", path: "/profile/%00/rename", code: "invalid-request" },
  { why: "a client that accepts only pages", headers: { accept: "text/html" }, code: "not-acceptable" },
  {
    why: "a form without a token",
    headers: FORM,
    body: `idempotencyKey=${KEY}&name=Grace`,
    code: "forbidden",
  },
  {
    why: "a form with another user's token",
    headers: FORM,
    body: `token=for-43&idempotencyKey=${KEY}&name=Grace`,
    code: "forbidden",
  },
  { why: "a form without a key", headers: FORM, body: "token=for-42&name=Grace", code: "invalid-request" },
  {
    why: "a form with one field twice",
    headers: FORM,
    body: `token=for-42&idempotencyKey=${KEY}&name=a&name=b`,
    code: "invalid-request",
  },
];

for (const { why, code, ...options } of REFUSED) {
  test(`refuses ${why}, and does nothing`, async () => {
    const { text, calls } = await post(options);
    assert.match(text, new RegExp(`"code":"${code}"`));
    assert.deepEqual(calls, []);
  });
}

test("says what a body should be, and never repeats it", async () => {
  const said = async (body: string) => {
    const { text } = await post({ body });
    return /"detail":"([^"]*)"/.exec(text)?.[1];
  };
  const wrong = "The body is not as it should be at";
  assert.equal(await said('{"name":"Grace","s3cret":1}'), `${wrong} /s3cret: it must not be there.`);
  assert.equal(await said("{}"), `${wrong} /: it must have required properties name.`);
  assert.equal(await said('{"name":5}'), `${wrong} /name: it must be string.`);
  assert.equal(
    await said('{"name":"Grace","because":"s3cret"}'),
    `${wrong} /because: it must be one of married, tired.`,
  );
});

test("accepts 20 fields of a form, and refuses more", async () => {
  const fields = `token=for-42&idempotencyKey=${KEY}&name=Grace`;
  const { status } = await post({ headers: FORM, body: `${fields}&because=tired` });
  assert.equal(status, 303);
  const more = await post({ headers: FORM, body: `${fields}${"&a=1".repeat(18)}` });
  assert.deepEqual(more.calls, []);
  assert.match(more.text, /parameters/i);
});

test("refuses a body that is not JSON, and does nothing", async () => {
  const { status, calls } = await post({ body: "{" });
  assert.equal(status, 400);
  assert.deepEqual(calls, []);
});

test("answers a problem that names the section when the work is refused", async () => {
  const { text } = await post({ rename: () => Promise.reject(upstreamFailure("rejected", 409)) });
  assert.match(text, /"code":"conflict"/);
  assert.match(text, /"section":"profile"/);
});

test("answers GET on a command's address with 405 and what is allowed", async () => {
  await serveScreens([profileScreen], { answers: {}, commands: [renameCommand] }, async ({ origin }) => {
    const { body } = await request(`${origin}/profile/42/rename`);
    assert.match(await body.text(), /"code":"method-not-allowed".*"allow":"POST"/);
  });
});

test("refuses a whole number that was rounded when it was parsed, wherever it is", async () => {
  for (const number of [
    "9007199254740993",
    "-9007199254740993",
    "9007199254740992",
    "9.007199254740993e15",
    "1e400",
    "-1e400",
  ]) {
    for (const body of [`{"name":${number}}`, `{"name":"Grace","ids":[{"id":${number}}]}`]) {
      const { text, calls } = await post({ body });
      assert.equal(JSON.parse(text).code, "invalid-request");
      assert.match(text, /beyond 2\^53 - 1: send it as text/);
      assert.deepEqual(calls, []);
    }
  }
  // Exact, so the schema decides.
  assert.match((await post({ body: '{"name":9007199254740991}' })).text, /at \/name: it must be string/);
});
