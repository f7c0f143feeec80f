import assert from "node:assert/strict";
import { test } from "node:test";
import { Type } from "typebox";
import type { TObject } from "typebox";
import { request } from "undici";
import { FakeClock } from "@triptych/testing";
import { defineScreens } from "../definition/screen.ts";
import type { ScreenInput } from "../definition/section.ts";
import { fakeClients } from "../testing/fake-upstreams.ts";
import type { FakeClients } from "../testing/fake-upstreams.ts";
import { DEFAULTS, search, SearchQuery } from "../testing/search-screen.ts";
import type { SearchInput } from "../testing/search-screen.ts";
import { serveScreens } from "../testing/serve-screens.ts";
import { mountScreens } from "./mount.ts";

const { screen, command, required } = defineScreens<FakeClients>();

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

/** A screen with this query. */
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
