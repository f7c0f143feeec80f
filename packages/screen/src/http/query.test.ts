import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Type } from "typebox";
import type { TObject } from "typebox";
import { request } from "undici";
import { FakeClock } from "@triptych/testing";
import { defineScreens, withPage } from "../definition/screen.ts";
import type { ScreenInput } from "../definition/section.ts";
import { fakeClients } from "../testing/fake-upstreams.ts";
import type { FakeClients } from "../testing/fake-upstreams.ts";
import { serveScreens } from "../testing/serve-screens.ts";
import { mountScreens } from "./mount.ts";

const { screen, command, required, optional } = defineScreens<FakeClients>();

const SearchQuery = Type.Object({
  q: Type.String({ minLength: 1, maxLength: 20, default: "all" }),
  cursor: Type.Optional(Type.String()),
  limit: Type.Integer({ minimum: 1, default: 10 }),
  below: Type.Optional(Type.Number()),
  open: Type.Optional(Type.Boolean()),
  sort: Type.Optional(Type.Union([Type.Literal("newest"), Type.Literal("oldest")])),
  since: Type.Optional(Type.String({ format: "date" })),
  tag: Type.Array(Type.Enum(["red", "blue"]), { maxItems: 2, default: [] }),
  id: Type.Optional(Type.Array(Type.Integer())),
});
type SearchInput = ScreenInput<never, typeof SearchQuery>;

const said = (input: SearchInput) => JSON.stringify({ ...input.query });

/** A screen that shows what `load` and `shape` get. */
const search = withPage(
  screen({
    name: "search",
    path: "/search",
    summary: "For tests",
    query: SearchQuery,
    budget: { deadlineMs: 800, upstreamCalls: 0, bytes: 1_000 },
    sections: {
      loaded: required({
        schema: Type.String(),
        load: async (_clients, input: SearchInput) => said(input),
        shape: (loaded) => loaded,
      }),
      shaped: optional({
        schema: Type.String(),
        fallback: "",
        load: async () => null,
        shape: (_loaded, input: SearchInput) => said(input),
      }),
      at: required({ schema: Type.Number(), load: async (_, { now }) => now, shape: (now) => now }),
    },
  }),
  {
    layout: ({ loaded, shaped, at }) =>
      `<!doctype html><html><head></head><body>${loaded}${shaped}${at}</body></html>`,
    sections: { loaded: (text) => text, shaped: (text) => text, at: String },
    waiting: () => "",
    failed: () => "",
    headers: () => ({}),
  },
);

const DEFAULTS = { q: "all", limit: 10, tag: [] };

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

test("a list that a default gives is not shared between requests", async () => {
  const Query = Type.Object({ tag: Type.Array(Type.String(), { default: ["new"] }) });
  const grows = screen({
    name: "grows",
    path: "/grows",
    summary: "For tests",
    query: Query,
    budget: { deadlineMs: 800, upstreamCalls: 0, bytes: 1_000 },
    sections: {
      count: required({
        schema: Type.Number(),
        load: async (_, { query }: ScreenInput<never, typeof Query>) => {
          // What a careless author can do, though the type forbids it.
          Reflect.apply(Array.prototype.push, query.tag, ["more"]);
          return query.tag.length;
        },
        shape: (count) => count,
      }),
    },
  });
  await serveScreens([grows], { answers: {} }, async ({ origin }) => {
    for (let time = 0; time < 2; time += 1) {
      const { body } = await request(`${origin}/grows`);
      assert.deepEqual(await body.json(), { count: 2, degraded: [] });
    }
  });
});

/** The same screen with another query, and a command that answers it. */
function asking(query: TObject) {
  return screen({
    name: "asking",
    path: "/asking",
    summary: "For tests",
    query,
    budget: { deadlineMs: 800, upstreamCalls: 0, bytes: 1_000 },
    sections: { one: required({ schema: Type.Null(), load: async () => null, shape: () => null }) },
  });
}

const MOUNT = {
  clients: fakeClients({}),
  caller: () => ({ userId: "42", requestId: "r-1", traceId: "1".repeat(32), traceFlags: "00" }),
  report: () => {},
};

for (const [what, query, message] of [
  ["an object", Type.Object({ at: Type.Object({}) }), /asking: the query parameter at must be a String/],
  ["a list of lists", Type.Object({ at: Type.Array(Type.Array(Type.String())) }), /must be a String/],
  ["text or number", Type.Object({ at: Type.Union([Type.String(), Type.Number()]) }), /must be a String/],
  ["null", Type.Object({ at: Type.Null() }), /must be a String/],
  ["anything", Type.Object({ at: Type.Any() }), /must be a String/],
  ["the name dpr", Type.Object({ dpr: Type.Number() }), /dpr is one that every screen has/],
  ["a name in brackets", Type.Object({ "at[]": Type.String() }), /at\[\] must match/],
  ["the name __proto__", Type.Object({ ["__proto__"]: Type.String() }), /__proto__ must match/],
  ["a wrong default", Type.Object({ at: Type.Integer({ default: "1" }) }), /default that is not valid/],
  ["an unknown format", Type.Object({ at: Type.String({ format: "dat" }) }), /format that is not known/],
  ["a closed object", Type.Object({}, { additionalProperties: false }), /cannot have additionalProperties/],
] as const) {
  test(`a query with ${what} is refused at start-up`, () => {
    assert.throws(() => mountScreens({ screens: [asking(query)] }, MOUNT), { name: "TypeError", message });
  });
}

test("says which parameter is missing", async () => {
  const needy = asking(Type.Object({ constructor: Type.Optional(Type.String()), q: Type.String() }));
  await serveScreens([needy], { answers: {} }, async ({ origin }) => {
    const { body } = await request(`${origin}/asking?cursor=1`);
    assert.deepEqual(await body.json(), { code: "invalid-request", detail: "q is missing in the query." });
    const { statusCode } = await request(`${origin}/asking?q=1`);
    assert.equal(statusCode, 200);
  });
});

function touching(answered: ReturnType<typeof asking>) {
  return command({
    name: "touch",
    path: "/touch",
    summary: "For tests",
    deadlineMs: 800,
    body: Type.Object({}),
    run: async () => null,
    answer: { screen: answered, section: "one" },
  });
}

test("a command whose screen needs a query is refused at start-up", () => {
  const needy = asking(Type.Object({ q: Type.String() }));
  assert.throws(() => mountScreens({ screens: [needy], commands: [touching(needy)] }, MOUNT), {
    name: "TypeError",
    message: /touch: its screen needs a query/,
  });
});

test("the screen after a command has the defaults of its query, whatever the command's address says", async () => {
  const touch = command({
    name: "touch",
    path: "/touch",
    summary: "For tests",
    deadlineMs: 800,
    body: Type.Object({}),
    run: async (_clients, { now }) => now,
    answer: { screen: search, section: "at" },
  });
  const options = { answers: {}, commands: [touch], clock: new FakeClock({ startsAt: 1_000 }) };
  await serveScreens([search], options, async ({ origin }) => {
    const { body } = await request(`${origin}/touch?q=other&limit=x`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": "key-12345678" },
      body: "{}",
    });
    const said = JSON.stringify(DEFAULTS);
    assert.deepEqual(await body.json(), { loaded: said, shaped: said, at: 1_000, degraded: [] });
  });
});

test("a section may only use what its screen's query has", () => {
  const uses = required({
    schema: Type.String(),
    load: async (_, { query }: SearchInput) => query.q,
    shape: (q) => q,
  });
  const rest = {
    name: "typed",
    path: "/typed",
    summary: "For tests",
    budget: { deadlineMs: 800, upstreamCalls: 0, bytes: 1_000 },
  } as const;
  assert.ok(screen({ ...rest, query: SearchQuery, sections: { uses } }));
  // @ts-expect-error -- the screen has no query
  assert.ok(screen({ ...rest, sections: { uses } }));
  // @ts-expect-error -- the screen's query has no `limit`
  assert.ok(screen({ ...rest, query: Type.Object({ q: Type.String() }), sections: { uses } }));
});
