import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { IncomingMessage, RequestListener } from "node:http";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { text } from "node:stream/consumers";
import * as fc from "fast-check";
import { createMinter } from "@triptych/identity";
import { defineScreens } from "@triptych/screen";
import { createLogger, createMetrics, readSettings } from "@triptych/service-kit";
import { FakeClock, constantRandom } from "@triptych/testing";
import { UpstreamError } from "@triptych/upstream-client";
import { Type } from "typebox";
import { createApp } from "./app.ts";
import { defineBff } from "./define-bff.ts";
import { screens } from "./screens.ts";

/** What goes wrong in the services. */
type Trouble = "none" | "title" | "news" | "bug";
let trouble: Trouble = "none";

function answered<Value>(name: Trouble, value: Value): Promise<Value> {
  const about = { upstream: "paper", operation: "read", reason: "as the test says" };
  if (trouble === name) return Promise.reject(new UpstreamError({ kind: "unavailable", ...about }));
  return Promise.resolve(value);
}

type Clients = { readonly paper: { title(): Promise<string>; news(): Promise<readonly string[]> } };
const { screen, required, optional } = defineScreens<Clients>();
const title = required({
  schema: Type.Object({ text: Type.String(), user: Type.Optional(Type.String()) }),
  load: ({ paper }) => paper.title(),
  shape: (found) => ({ text: found }),
});
const about = { summary: "For tests", budget: { deadlineMs: 800, upstreamCalls: 2, bytes: 2_000 } };
const PAPER = [
  screen({
    ...about,
    name: "paper",
    path: "/paper",
    sections: {
      title,
      news: optional({
        schema: Type.Array(Type.String()),
        fallback: [],
        load: ({ paper }) => paper.news(),
        shape: (news) => {
          if (trouble === "bug") throw new TypeError("a bug of the screen");
          return [...news];
        },
      }),
    },
  }),
  screen({ ...about, name: "page", path: "/pages/:page", sections: { title } }),
  screen({
    ...about,
    name: "search",
    path: "/search",
    query: Type.Object({ q: Type.String() }),
    sections: { title },
  }),
];

const KEY = { kid: "one", secret: Buffer.alloc(32, 1) };
const paper = {
  service: () => ({
    in: () => ({
      title: () => answered("title", "Zürich – heute"),
      news: () => answered("news", ["a piece of news ".repeat(30), "𝄞"]),
    }),
  }),
};
const bff = defineBff({
  name: "paper-bff",
  prefix: "/v1",
  port: 8104,
  upstreams: { paper },
  answers: screens<Clients>({
    title: "Paper",
    versions: { newest: "2.0.0", oldest: "1.0.0" },
    screens: PAPER,
  }),
  headers: { "X-Frame-Options": "DENY", "x-content-type-options": "nosniff" },
});
/** The same without its direct way. */
const byExpressOnly = {
  ...bff,
  answers: {
    ...bff.answers,
    open: async (tools: Parameters<typeof bff.answers.open>[0]) => {
      const handle = await bff.answers.open(tools);
      return (...args: Parameters<typeof handle>) => handle(...args);
    },
  },
};

/** One way of the BFF, whose log is read line by line. */
async function open(t: TestContext, way: typeof bff, clock: FakeClock) {
  const lines: string[] = [];
  const metrics = createMetrics({ name: "test", processMetrics: false });
  const env = { PAPER_URL: "http://127.0.0.1:9", IDENTITY_KEYS: `one:${"A".repeat(43)}` };
  const { app, close } = await createApp(way, readSettings(env, bff.settings), {
    logger: createLogger({ name: "test", destination: { write: (line) => void lines.push(line) } }),
    metrics,
    clock,
    random: constantRandom(0.5),
    identityKeys: () => [KEY],
  });
  t.after(close);
  const port = await listen(t, app);
  const told = () => lines.splice(0).map((line) => line.replace(/"time":"[^"]*"/, ""));
  return { port, metrics, told };
}

async function listen(t: TestContext, app: RequestListener): Promise<number> {
  const server = createServer(app).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return address.port;
}

type Asked = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
};

async function ask(port: number, { method, path, headers }: Asked) {
  const sent = request({ port, host: "127.0.0.1", method, path, headers, agent: false }).end();
  const [res]: IncomingMessage[] = await once(sent, "response");
  assert.ok(res !== undefined);
  const head = res.rawHeaders.map((name, index) => (res.rawHeaders[index - 1] === "Date" ? "" : name));
  return { status: res.statusCode, head, body: await text(res), trailers: res.rawTrailers };
}

/** Ids that were made for a request without one are random. */
function withoutIds(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "id"));
}

/** Mostly the usual value, sometimes another. */
function mostly<Value>(usual: Value, ...others: readonly Value[]): fc.Arbitrary<Value> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}

type Header = string | string[] | undefined;
const sometimes = (...values: readonly Header[]) => mostly<Header>(undefined, ...values);

const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const OTHER_TARGETS =
  "/v1/paper? /v1/paper?dpr=2 /v1/paper/ /v1/Paper /v1/pap%65r //v1/paper /v1/pages/7 /v1/search /v1/search?q=a /v1 /v1/none /v2/paper /v1/:page /v1/__proto__".split(
    " ",
  );

const asked = (identity: string, etag: string) =>
  fc.record({
    method: mostly("GET", "HEAD", "POST", "OPTIONS"),
    path: mostly("/v1/paper", ...OTHER_TARGETS),
    trouble: mostly<Trouble>("none", "title", "news", "bug"),
    headers: fc.record({
      "x-identity": mostly<Header>(identity, `${identity}x`, [identity, identity], undefined),
      accept: mostly<Header>(
        "application/json",
        undefined,
        "*/*",
        "text/html",
        "application/x-ndjson",
        "image/png",
      ),
      "accept-encoding": sometimes("gzip", "br, gzip", "identity;q=0, gzip", "*;q=0", "zstd"),
      "if-none-match": sometimes(etag, '"other"', "*"),
      "x-app-version": sometimes("1.5.0", "0.9.0", "new"),
      "x-request-id": sometimes("r-2", "not an id"),
      "x-request-timeout-ms": sometimes("500", "0", "soon"),
      "txn-token": sometimes("t.t.t", ["a", "b"], "é"),
      traceparent: sometimes(TRACEPARENT, "none"),
      "sec-ch-dpr": sometimes("2", "x"),
      "content-length": sometimes("0"),
      host: mostly<Header>("paper.example", "a b", ""),
      connection: sometimes("close"),
    }),
  });

test("both ways give the same answer, log the same and count the same, whatever is asked", async (t) => {
  const clock = new FakeClock();
  const [direct, express] = [await open(t, bff, clock), await open(t, byExpressOnly, clock)];
  const minter = createMinter({ ...KEY, clock });
  const valid = minter.mint({ userId: "42", audience: "paper-bff", requestId: "r-1" });
  const plain = {
    method: "GET",
    path: "/v1/paper",
    headers: { "x-identity": valid, accept: "application/json" },
  };
  const first = await ask(direct.port, plain);
  assert.equal(first.status, 200);
  const etag = first.head[first.head.indexOf("ETag") + 1] ?? "";
  await ask(express.port, plain);
  direct.told();
  express.told();
  await fc.assert(
    fc.asyncProperty(asked(valid, etag), async ({ headers, ...rest }) => {
      trouble = rest.trouble;
      const given = Object.fromEntries(
        Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      );
      const [one, other] = [
        await ask(direct.port, { ...rest, headers: given }),
        await ask(express.port, { ...rest, headers: given }),
      ];
      assert.deepEqual(withoutIds(one), withoutIds(other));
      assert.deepEqual(withoutIds(direct.told()), withoutIds(express.told()));
    }),
    { numRuns: 200 },
  );
  assert.equal(await direct.metrics.registry.metrics(), await express.metrics.registry.metrics());
});
