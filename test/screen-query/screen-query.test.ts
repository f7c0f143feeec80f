import assert from "node:assert/strict";
import { before, after, it } from "node:test";
import { defineScreens } from "@triptych/screen";
import type { ScreenInput } from "@triptych/screen";
import * as fc from "fast-check";
import { Type } from "typebox";
import { runGatewayWithScreen } from "../testing/gateway-with-screen.ts";

const SearchQuery = Type.Object({
  q: Type.String({ minLength: 1, maxLength: 20 }),
  limit: Type.Integer({ minimum: 1, default: 10 }),
  below: Type.Optional(Type.Number()),
  open: Type.Optional(Type.Boolean()),
  sort: Type.Optional(Type.Union([Type.Literal("newest"), Type.Literal("oldest")])),
  since: Type.Optional(Type.String({ format: "date" })),
  tag: Type.Array(Type.Enum(["red", "blue"]), { maxItems: 2, default: [] }),
});

const { screen, required } = defineScreens<object>();
const search = screen({
  name: "search",
  path: "/search",
  summary: "Shows what its query says",
  query: SearchQuery,
  budget: { deadlineMs: 800, upstreamCalls: 0, bytes: 1_000 },
  sections: {
    said: required({
      schema: Type.String(),
      load: async (_, { query }: ScreenInput<never, typeof SearchQuery>) => JSON.stringify({ ...query }),
      shape: (said) => said,
    }),
  },
});

let gateway: Awaited<ReturnType<typeof runGatewayWithScreen>>;
before(async () => {
  gateway = await runGatewayWithScreen(search, () => ({}));
});
after(() => gateway[Symbol.asyncDispose]());

const ask = async (query: string) => gateway.send(`/web/search${query}`, { headers: await gateway.bearer() });

it("the gateway lets in what a valid query says, and the screen gets it", async () => {
  const text = fc.string({ unit: "binary", minLength: 1, maxLength: 20 });
  const values = fc.record(
    {
      q: text,
      limit: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      below: fc.integer().map((value) => value / 8 + 0),
      open: fc.boolean(),
      sort: fc.constantFrom("newest", "oldest"),
      since: fc.constant("2026-02-28"),
      tag: fc.array(fc.constantFrom("red", "blue"), { minLength: 1, maxLength: 2 }),
    },
    { requiredKeys: ["q"] },
  );
  await fc.assert(
    fc.asyncProperty(values, async (said) => {
      const pairs = Object.entries(said).flatMap(([name, value]) =>
        [value].flat().map((one) => [name, String(one)]),
      );
      const { status, text: body } = await ask(`?${new URLSearchParams(pairs).toString()}`);
      assert.equal(status, 200, body);
      const wanted = JSON.stringify({ limit: 10, tag: [], ...said });
      const answer: unknown = JSON.parse(body);
      assert.ok(typeof answer === "object" && answer !== null && "said" in answer);
      assert.deepEqual(JSON.parse(String(answer.said)), JSON.parse(wanted));
    }),
    { numRuns: 100 },
  );
});

for (const query of [
  "",
  "?q=",
  "?q=a&q=b",
  "?q=a&limit=0",
  "?q=a&limit=1e2",
  "?q=a&limit=9007199254740993",
  "?q=a&open=1",
  "?q=a&sort=best",
  "?q=a&since=2026-02-30",
  "?q=a&tag=green",
  "?q=a&tag=red&tag=red&tag=red",
  "?q=%FF",
]) {
  it(`the gateway refuses ${query === "" ? "no query" : query} by the contract`, async () => {
    gateway.target.requests.length = 0;
    const { status } = await ask(query);
    assert.deepEqual([status, gateway.target.requests.length], [400, 0]);
  });
}
