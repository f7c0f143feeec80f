import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { describe, it } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { createVerifier, singleHeader } from "@triptych/identity";
import { RecordingUpstream } from "@triptych/testing";
import { Instances } from "../forward/instances.ts";
import type { ShadowShare } from "../table/route.ts";
import { IDENTITY_KEYS, runGateway } from "../testing/gateway-under-test.ts";
import type { GatewayUnderTest, SendOptions } from "../testing/gateway-under-test.ts";
import { sampleTable } from "../testing/sample-table.ts";
import { KeptAnswer, MOST_BYTES } from "./kept-answer.ts";
import { createShadow, MOST_PAIRS } from "./shadow.ts";
import type { Shadow } from "./shadow.ts";

const PATH = "/web/home-page";
const HOME = { profile: { name: "Ada", points: 168 }, orders: [{ id: "o-1" }, { id: "o-2" }], degraded: [] };
const CANCEL = { reason: "other" };

const json =
  (body: unknown, headers: Record<string, string> = {}, status = 200): RequestListener =>
  (_req, res) => {
    res.writeHead(status, { "Content-Type": "application/json", ...headers });
    res.end(JSON.stringify(body));
  };

interface Versions extends AsyncDisposable {
  readonly gateway: GatewayUnderTest;
  readonly first: RecordingUpstream;
  readonly second: RecordingUpstream;
  readonly get: (headers?: Record<string, string>) => ReturnType<GatewayUnderTest["send"]>;
  /** Waits until as many pairs are counted, and returns the counts by outcome. */
  readonly counted: (pairs: number) => Promise<Record<string, number>>;
}

/** A gateway with two versions behind it, which answer the same until a test says otherwise. */
async function versions(changes: Partial<ShadowShare> = {}): Promise<Versions> {
  const second = new RecordingUpstream();
  const origin = await second.listen();
  const table = sampleTable({ shadow: { share: 1, ...changes } });
  const shadows = new Map<string, Instances>();
  const gateway = await runGateway({ table, shadows });
  const instances = new Instances([origin], gateway.clock);
  shadows.set("web-bff", instances);
  const bearer = await gateway.bearer();
  const first = gateway.target;
  first.answer = json(HOME);
  second.answer = json(HOME);
  const counts = async (): Promise<Record<string, number>> => {
    const metric = await gateway.metrics.registry.getSingleMetric("gateway_shadow_total")?.get();
    return Object.fromEntries(
      (metric?.values ?? []).map(({ labels, value }) => [String(labels["outcome"]), value]),
    );
  };
  return {
    gateway,
    first,
    second,
    get: async (headers = {}) => await gateway.send(PATH, { headers: { ...bearer, ...headers } }),
    counted: async (pairs) => {
      for (;;) {
        const found = await counts();
        if (Object.values(found).reduce((sum, count) => sum + count, 0) >= pairs) return found;
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async [Symbol.asyncDispose]() {
      await second[Symbol.asyncDispose]();
      await instances.close();
      await gateway[Symbol.asyncDispose]();
    },
  };
}

describe("what is sent to a second version", () => {
  it("is the same GET under an identity of its own, and none of the client's credentials", async () => {
    await using both = await versions();
    const { first, second, get, counted } = both;
    await get({ "Accept-Language": "sv", Cookie: "a=b", "If-None-Match": '"x"', "Accept-Encoding": "br" });
    assert.deepEqual(await counted(1), { same: 1 });
    const [one, other] = [first.only, second.only];
    assert.deepEqual([other.method, other.url, other.body], ["GET", PATH, ""]);
    assert.equal(other.headers["accept-language"], "sv");
    for (const name of ["authorization", "cookie", "if-none-match", "accept-encoding", "traceparent"]) {
      assert.equal(other.headers[name], undefined, name);
    }
    const key = IDENTITY_KEYS["web-bff"];
    assert.ok(key);
    const verifier = createVerifier({ keys: [key], audience: "web-bff", clock: both.gateway.clock });
    const [mine, its] = [one, other].map(({ rawHeaders }) => {
      const verified = verifier.verify(singleHeader(rawHeaders, "x-identity"));
      assert.ok(verified.ok);
      return verified.identity;
    });
    assert.equal(mine?.userId, its?.userId);
    assert.notEqual(mine?.requestId, its?.requestId);
    assert.equal(its?.requestId, other.headers["x-request-id"]);
    assert.notEqual(one.headers["txn-token"], other.headers["txn-token"]);
  });

  it("is never a command, nor what has no JSON to be compared", async () => {
    await using both = await versions();
    const { gateway, first, second, get } = both;
    const bearer = await gateway.bearer();
    const commands: [string, SendOptions][] = [
      [
        "/web/orders/1/cancel",
        {
          method: "POST",
          headers: { ...bearer, "Content-Type": "application/json", "Idempotency-Key": "key-1234" },
          body: JSON.stringify(CANCEL),
        },
      ],
      [PATH, { method: "HEAD", headers: bearer }],
    ];
    for (const [path, options] of commands) await gateway.send(path, options);
    first.answer = (_req, res) => res.setHeader("Content-Type", "text/html").end("<p>");
    await get();
    first.answer = json(HOME, { "Screen-Outcome": "degraded" });
    await get();
    first.answer = json({}, {}, 503);
    await get();
    first.answer = json({}, {}, 304);
    await get();
    first.answer = json(HOME);
    await get();
    // What is sent goes out in order, so the last request is the only one.
    assert.deepEqual(await both.counted(1), { same: 1 });
    assert.equal(second.requests.length, 1);
    assert.equal(first.requests.length, 7);
  });

  it("is the route's share of the requests, and nothing without an address", async () => {
    await using both = await versions();
    const { clock } = both.gateway;
    const drawn = [0, 0.19, 0.2, 0.9];
    const [route] = sampleTable({ shadow: { share: 0.2 } }).routes;
    assert.ok(route);
    const report = { count: () => undefined, note: () => undefined };
    const instances = new Instances(["http://127.0.0.1:9"], clock);
    const targets = new Map([["web-bff", instances]]);
    const first = new KeptAnswer();
    const isFollowed = (shadow: Shadow): boolean =>
      shadow({ route, requestId: "1", path: PATH, headersOf: () => [] }, first) !== first;
    for (const [index, followed] of [true, true, false, false].entries()) {
      const random = (): number => drawn[index] ?? 0;
      assert.equal(isFollowed(createShadow({ targets, report, clock, random })), followed);
      assert.equal(isFollowed(createShadow({ targets: new Map(), report, clock, random })), false);
    }
    await instances.close();
  });
});

describe("what the client gets", () => {
  const plain = async ({ get }: Versions): Promise<unknown> => {
    const { status, headers, text } = await get();
    return [status, headers["content-type"], headers["set-cookie"], headers["x-second"], text];
  };
  const FIRST = [200, "application/json", undefined, undefined, JSON.stringify(HOME)];

  it("is the first version's answer, while the second hangs until the route's deadline", async () => {
    await using both = await versions();
    both.second.answer = () => undefined;
    assert.deepEqual(await plain(both), FIRST);
    await both.second.until(() => both.second.requests.length === 1);
    assert.deepEqual(await both.counted(0), {});
    both.gateway.clock.advance(5_000);
    assert.deepEqual(await both.counted(1), { late: 1 });
    await both.second.until(() => both.second.only.aborted);
  });

  it("is the first version's answer, whatever the second answers", async () => {
    await using both = await versions();
    const { second } = both;
    const answers: [outcome: string, RequestListener][] = [
      ["failed", (req) => req.socket.destroy()],
      ["failed", json({}, {}, 500)],
      ["degraded", json(HOME, { "Screen-Outcome": "degraded" })],
      ["differs", json({ other: 1 }, { "Set-Cookie": "a=b", "X-Second": "1" })],
      ["too-large", json("x".repeat(MOST_BYTES))],
      ["failed", (_req, res) => res.writeHead(200, { "Content-Type": "application/json" }).write("{")],
    ];
    for (const [index, [outcome, answer]] of answers.entries()) {
      const before = (await both.counted(0))[outcome] ?? 0;
      second.answer = answer;
      assert.deepEqual(await plain(both), FIRST);
      if (index === answers.length - 1) {
        await second.until(() => second.requests.length >= answers.length);
        await second.close();
      }
      assert.equal((await both.counted(index + 1))[outcome], before + 1, outcome);
    }
  });

  it("arrives whole where it is larger than what is compared, and where it is nested without end", async () => {
    await using both = await versions();
    const large = "x".repeat(MOST_BYTES);
    both.first.answer = json(large);
    assert.equal((await both.get()).text.length, MOST_BYTES + 2);
    assert.deepEqual(await both.counted(1), { "too-large": 1 });
    const deep = `${"[".repeat(60_000)}${"]".repeat(60_000)}`;
    for (const version of [both.first, both.second]) {
      version.answer = (_req, res) => res.setHeader("Content-Type", "application/json").end(deep);
    }
    assert.equal((await both.get()).text, deep);
    assert.equal((await both.counted(2))["failed"], 1);
  });
});

it("holds no more than 16 pairs at once, and counts what it leaves out", async () => {
  await using both = await versions();
  both.second.answer = () => undefined;
  const more = 4;
  for (let index = 0; index < MOST_PAIRS + more; index += 1) await both.get();
  assert.deepEqual(await both.counted(more), { dropped: more });
  assert.equal(both.second.requests.length, MOST_PAIRS);
  both.gateway.clock.advance(5_000);
  assert.deepEqual(await both.counted(MOST_PAIRS + more), { dropped: more, late: MOST_PAIRS });
  both.second.answer = json(HOME);
  await both.get();
  assert.equal((await both.counted(MOST_PAIRS + more + 1))["same"], 1);
});

it("sums up each minute where the two differ, how often, and in which requests: never with what", async () => {
  await using both = await versions({ ignore: ["/profile/points"] });
  const { gateway, second } = both;
  await both.get();
  await both.counted(1);
  second.answer = json({
    ...HOME,
    profile: { name: "Bea", points: 1 },
    orders: [{ id: "secret-1" }, { id: "secret-2" }],
    byUser: {},
  });
  await both.get();
  await both.counted(2);
  second.answer = json({ ...HOME, orders: [{ id: "secret-3" }, { id: "o-2" }], "ada@acme.example": 1 });
  await both.get();
  assert.deepEqual(await both.counted(3), { same: 1, differs: 2 });
  gateway.clock.advance(60_000);
  const [line] = await gateway.log.waitFor("compared with a second version");
  assert.ok(line);
  const { route, outcomes, differences, places } = line;
  assert.deepEqual([route, outcomes, places], ["web", { same: 1, differs: 2 }, 4]);
  assert.ok(Array.isArray(differences));
  assert.deepEqual(
    differences.map(({ at, pairs }) => [at, pairs]),
    [
      ["/orders/*/id", 2],
      ["/profile/name", 1],
      ["/byUser", 1],
      ["/*", 1],
    ],
  );
  const [{ requestId, shadowRequestId }] = differences;
  assert.equal(requestId, gateway.target.requests[1]?.headers["x-request-id"]);
  assert.equal(shadowRequestId, second.requests[1]?.headers["x-request-id"]);
  assert.ok(!gateway.log.raw.join("").match(/secret|Bea|ada@/));
});

it("reads answers that were compressed for the client", async () => {
  await using both = await versions();
  const body = JSON.stringify(HOME);
  for (const [encoding, bytes] of [
    ["br", brotliCompressSync(body)],
    ["gzip", gzipSync(body)],
  ] as const) {
    both.first.answer = (_req, res) => {
      res.writeHead(200, { "Content-Type": "application/json", "Content-Encoding": encoding });
      res.end(bytes);
    };
    await both.get({ "Accept-Encoding": encoding });
  }
  assert.deepEqual(await both.counted(2), { same: 2 });
});
