import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { request } from "undici";
import { FakeClock } from "@triptych/testing";
import { DEFAULTS, search } from "../testing/search-screen.ts";
import { serveScreens } from "../testing/serve-screens.ts";

/** The members of an answer that are texts. */
function textsOf(answer: unknown): Readonly<Record<string, string>> {
  assert.ok(typeof answer === "object" && answer !== null);
  return Object.fromEntries(
    Object.entries(answer).filter((member): member is [string, string] => typeof member[1] === "string"),
  );
}

/** Asks for the screen: the status, and what `load` got or the problem's code and detail. */
async function ask(query: string): Promise<unknown> {
  let answer: unknown;
  await serveScreens([search], { answers: {} }, async ({ origin }) => {
    const { statusCode, body } = await request(`${origin}/search${query}`);
    const { loaded, shaped, code, detail } = textsOf(await body.json());
    if (statusCode === 200) assert.equal(loaded, shaped);
    answer = statusCode === 200 ? JSON.parse(loaded ?? "") : `${code}: ${detail}`;
  });
  return answer;
}

for (const [query, expected] of [
  ["", {}],
  ["?", {}],
  ["?q=a+b%20c%26%C3%A9", { q: "a b c&é" }],
  ["?%71=encoded", { q: "encoded" }],
  ["?q=a=b", { q: "a=b" }],
  ["?q=%EF%BF%BD", { q: "\uFFFD" }],
  ["?cursor=", { cursor: "" }],
  ["?cursor", { cursor: "" }],
  ["?limit=9007199254740991", { limit: 9007199254740991 }],
  ["?limit=2.0", { limit: 2 }],
  ["?below=-0.5", { below: -0.5 }],
  ["?open=false", { open: false }],
  ["?sort=oldest&since=2026-02-28", { sort: "oldest", since: "2026-02-28" }],
  ["?tag=red&q=x&tag=blue", { tag: ["red", "blue"], q: "x" }],
  ["?id=5", { id: [5] }],
  ["?utm_source=a&utm_source=b&other[]=1&__proto__=x&bad=%FF&Q=1", {}],
  ["?dpr=2", {}],
] as const) {
  test(`reads ${query === "" ? "no query" : query}`, async () => {
    assert.deepEqual(await ask(query), { ...DEFAULTS, ...expected });
  });
}

const NUMBER = "a number in plain decimals, such as 10, and at most 2^53 - 1";
for (const [query, detail] of [
  ["?q=a&q=b", "q may be in the query only once."],
  ["?q=a&%71=b", "q may be in the query only once."],
  ["?q=", "q must not have fewer than 1 characters."],
  ["?q[]=a", "q must be written without brackets."],
  ["?tag%5B0%5D=red", "tag must be written without brackets."],
  ["?q=%C3%28", "q must be percent-encoded UTF-8."],
  ["?q=%E9t%E9", "q must be percent-encoded UTF-8."],
  ["?limit=", `limit must be ${NUMBER}.`],
  ["?limit=0x10", `limit must be ${NUMBER}.`],
  ["?limit=1e2", `limit must be ${NUMBER}.`],
  ["?limit=%2010", `limit must be ${NUMBER}.`],
  ["?limit=010", `limit must be ${NUMBER}.`],
  ["?limit=9007199254740993", `limit must be ${NUMBER}.`],
  ["?id=1&id=9007199254740992", `id must be ${NUMBER}.`],
  [`?below=${"9".repeat(400)}`, `below must be ${NUMBER}.`],
  ["?limit=2.5", "limit must be integer."],
  ["?limit=0", "limit must be >= 1."],
  ["?open=1", "open must be true or false."],
  ["?sort=best", "sort must be one of newest, oldest."],
  ["?since=2026-02-30", 'since must match format "date".'],
  ["?tag=red&tag=green", "tag must be one of red, blue."],
  ["?tag=red,blue", "tag must be one of red, blue."],
  ["?tag=red&tag=red&tag=red", "tag must not have more than 2 items."],
] as const) {
  test(`refuses ${query.slice(0, 40)}, naming the parameter`, async () => {
    assert.equal(await ask(query), `invalid-request: ${detail}`);
  });
}

/** A query that says these values, as any client may write it. */
function written(values: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(values).flatMap(([name, value]) =>
    [value].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(String(one))}`),
  );
  return `?${pairs.join("&")}`;
}

test("what a valid query says is what load and shape get", async () => {
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
  const integer = fc.maxSafeInteger().map((value) => value + 0);
  const values = fc.record(
    {
      q: text,
      cursor: fc.string({ unit: "binary" }),
      limit: integer.filter((value) => value >= 1),
      below: fc.integer({ min: -1e9, max: 1e9 }).map((value) => value / 1000 + 0),
      open: fc.boolean(),
      sort: fc.constantFrom("newest", "oldest"),
      tag: fc.array(fc.constantFrom("red", "blue"), { minLength: 1, maxLength: 2 }),
      id: fc.array(integer, { minLength: 1, maxLength: 5 }),
      ["utm_campaign"]: text,
    },
    { requiredKeys: [] },
  );
  await serveScreens([search], { answers: {} }, async ({ origin }) => {
    await fc.assert(
      fc.asyncProperty(values, async ({ utm_campaign: unknown, ...known }) => {
        const query = written(unknown === undefined ? known : { utm_campaign: unknown, ...known });
        const { body } = await request(`${origin}/search${query}`);
        const { loaded, shaped } = textsOf(await body.json());
        assert.deepEqual(JSON.parse(loaded ?? ""), { ...DEFAULTS, ...known });
        assert.equal(shaped, loaded);
      }),
      { numRuns: 200 },
    );
  });
});

for (const accept of ["application/json", "application/x-ndjson", "text/html"]) {
  test(`checks and passes on the query of ${accept}, and of HEAD`, async () => {
    const clock = new FakeClock({ startsAt: 1_000 });
    await serveScreens([search], { answers: {}, clock }, async ({ origin }) => {
      const headers = { accept };
      const good = await request(`${origin}/search?q=book`, { headers });
      const text = await good.body.text();
      assert.match(text.replaceAll("\\", ""), /"q":"book"[^]*"q":"book"[^]*1000/);
      for (const method of ["GET", "HEAD"] as const) {
        const {
          statusCode,
          body,
          headers: sent,
        } = await request(`${origin}/search?limit=x`, { headers, method });
        assert.equal(statusCode, 500, "the test's server answers every problem with this");
        assert.equal(sent["etag"], undefined);
        assert.match(await body.text(), method === "GET" ? /"invalid-request","detail":"limit must/ : /^$/);
      }
      const { statusCode } = await request(`${origin}/search?limit=3`, { headers, method: "HEAD" });
      assert.equal(statusCode, 200);
    });
  });
}

test("answers each query with its own data and ETag, also at the same time", async () => {
  await serveScreens([search], { answers: {}, clock: new FakeClock() }, async ({ origin }) => {
    const get = async (q: string, tag?: unknown) => {
      const headers = typeof tag === "string" ? { "if-none-match": tag } : {};
      const { statusCode, headers: sent, body } = await request(`${origin}/search?q=${q}`, { headers });
      return { statusCode, etag: sent["etag"], text: await body.text() };
    };
    const [a, b] = await Promise.all([get("a"), get("b")]);
    assert.match(a.text, /\\"q\\":\\"a\\"/);
    assert.match(b.text, /\\"q\\":\\"b\\"/);
    const statuses = await Promise.all([get("a", a.etag), get("b", a.etag)]);
    assert.deepEqual(
      statuses.map(({ statusCode }) => statusCode),
      [304, 200],
    );
  });
});
