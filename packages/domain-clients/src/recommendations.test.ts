import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { isUpstreamError } from "@triptych/upstream-client";
import { flatListBody, rankedBody } from "./testing/bodies.ts";
import { domainService, problem, scopeOf } from "./testing/domain-service.ts";
import type { Received } from "@triptych/testing";
import type { Answer } from "./testing/domain-service.ts";
import { recommendationsService } from "./recommendations.ts";
import type { Recommendations } from "./recommendations.ts";

const V2 = rankedBody([
  [2, "b", "viewed"],
  [1, "a", "popular"],
]);
const V1 = flatListBody([
  ["a", "Popular right now"],
  ["b", "Because you viewed it"],
]);
const SLOTS = [
  { productId: "a", because: "popular" },
  { productId: "b", because: "viewed" },
];

/** What each version answers: its status. */
type Serves = { readonly v2: number; readonly v1: number };

type Fixture = {
  readonly serve: (serves: Serves) => void;
  /** Asks as a new client request. */
  readonly ask: () => ReturnType<Recommendations["list"]>;
  /** The versions asked since the last time this was called. */
  readonly asked: () => readonly string[];
};

async function fixture(t: TestContext): Promise<Fixture> {
  let serves: Serves = { v2: 200, v1: 200 };
  let seen = 0;
  const { upstream, received } = await domainService(t, (request) => replyOf(request, serves));
  const service = recommendationsService(upstream);
  return {
    serve: (now) => {
      serves = now;
    },
    ask: () => service.in(scopeOf(t)).list({ limit: 8 }),
    asked: () => {
      const urls = received.slice(seen).map(({ url }) => versionOf(url));
      seen = received.length;
      return urls;
    },
  };
}

function versionOf(url: string): "v2" | "v1" {
  assert.match(url, /^\/(?:recs\/v2|recommendations)\?limit=8$/);
  return url.startsWith("/recs/v2") ? "v2" : "v1";
}

function replyOf({ url }: Received, serves: Serves): Answer {
  const version = versionOf(url);
  if (serves[version] !== 200) return problem(serves[version]);
  return { body: version === "v2" ? V2 : V1 };
}

/** One row: what is served when a request comes, which versions it asks, and what becomes of it. */
type Row = readonly [v2: number, v1: number, asked: readonly string[], outcome: "slots" | number];

const HISTORIES: Readonly<Record<string, readonly Row[]>> = {
  "both are served: only version 2 is asked": [
    [200, 200, ["v2"], "slots"],
    [200, 200, ["v2"], "slots"],
  ],
  "only version 1 is served: it is discovered once": [
    [404, 200, ["v2", "v1"], "slots"],
    [404, 200, ["v1"], "slots"],
  ],
  "version 1 is gone again: back to version 2, and that is remembered": [
    [410, 200, ["v2", "v1"], "slots"],
    [200, 410, ["v1", "v2"], "slots"],
    [200, 200, ["v2"], "slots"],
  ],
  "version 2 comes back while version 1 is served: nothing changes": [
    [404, 200, ["v2", "v1"], "slots"],
    [200, 200, ["v1"], "slots"],
  ],
  "neither is served: version 2's failure, and nothing is remembered": [
    [404, 410, ["v2", "v1"], 404],
    [410, 404, ["v2", "v1"], 410],
    [200, 200, ["v2"], "slots"],
  ],
  "neither is served any more after version 1 was: version 2's failure, and version 1 is still tried first": [
    [404, 200, ["v2", "v1"], "slots"],
    [404, 410, ["v1", "v2"], 404],
    [200, 410, ["v1", "v2"], "slots"],
  ],
  "other failures of version 2 never switch": [
    [500, 200, ["v2"], 500],
    [503, 200, ["v2"], 503],
    [403, 200, ["v2"], 403],
    [429, 200, ["v2"], 429],
    [200, 200, ["v2"], "slots"],
  ],
  "other failures of version 1 never switch back": [
    [404, 200, ["v2", "v1"], "slots"],
    [200, 500, ["v1"], 500],
    [200, 400, ["v1"], 400],
    [200, 200, ["v1"], "slots"],
  ],
  "the other version fails for another reason: that reason, and nothing is remembered": [
    [404, 503, ["v2", "v1"], 503],
    [404, 200, ["v2", "v1"], "slots"],
    [503, 404, ["v1", "v2"], 503],
    [200, 404, ["v1", "v2"], "slots"],
  ],
};

for (const [name, rows] of Object.entries(HISTORIES)) {
  test(name, async (t) => {
    const { serve, ask, asked } = await fixture(t);
    for (const [v2, v1, versions, outcome] of rows) {
      serve({ v2, v1 });
      if (outcome === "slots") assert.deepEqual(await ask(), SLOTS);
      else
        await assert.rejects(ask(), (error: unknown) => isUpstreamError(error) && error.status === outcome);
      assert.deepEqual(asked(), versions);
    }
  });
}

test("concurrent requests that discover the version agree, and so does the next one", async (t) => {
  const { upstream, received } = await domainService(t, (request) => replyOf(request, { v2: 404, v1: 200 }));
  const service = recommendationsService(upstream);
  // Users of their own: the same user's calls in flight would be one call.
  const askAs = (userId: string): ReturnType<Recommendations["list"]> =>
    service.in(scopeOf(t, userId)).list({ limit: 8 });
  assert.deepEqual(await Promise.all([askAs("1"), askAs("2"), askAs("3")]), [SLOTS, SLOTS, SLOTS]);
  const before = received.length;
  await askAs("4");
  assert.deepEqual(
    received.slice(before).map(({ url }) => versionOf(url)),
    ["v1"],
  );
});

test("a slow request does not undo what a newer one discovered", async (t) => {
  const held = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let serves: Serves = { v2: 404, v1: 200 };
  const { upstream, received } = await domainService(t, async (request) => {
    const reply = replyOf(request, serves);
    if (request.headers["x-user-id"] === "slow" && versionOf(request.url) === "v1") {
      held.resolve();
      await released.promise;
    }
    return reply;
  });
  const service = recommendationsService(upstream);
  const askAs = (userId: string): ReturnType<Recommendations["list"]> =>
    service.in(scopeOf(t, userId)).list({ limit: 8 });

  const slow = askAs("slow");
  await held.promise;
  await askAs("2");
  serves = { v2: 200, v1: 410 };
  await askAs("3");
  released.resolve();
  assert.deepEqual(await slow, SLOTS);
  const before = received.length;
  await askAs("4");
  assert.deepEqual(
    received.slice(before).map(({ url }) => versionOf(url)),
    ["v2"],
  );
});

test("a broken answer is invalid and does not switch the version", async (t) => {
  const { upstream, received } = await domainService(t, () => ({
    body: { slots: [{ rank: 0 }], model: {} },
  }));
  await assert.rejects(
    recommendationsService(upstream).in(scopeOf(t)).list({ limit: 8 }),
    (error: unknown) =>
      isUpstreamError(error) && error.kind === "invalid" && /\/slots\/0\/product/.test(error.message),
  );
  assert.equal(received.length, 1);
});

test("never returns more slots than asked for", async (t) => {
  const { upstream } = await domainService(t, () => ({ body: V2 }));
  const slots = await recommendationsService(upstream).in(scopeOf(t)).list({ limit: 1 });
  assert.deepEqual(slots, [{ productId: "a", because: "popular" }]);
});

test("a reason that the contract does not list is unknown, and counted", async (t) => {
  const fields: string[] = [];
  const { upstream } = await domainService(t, () => ({ body: rankedBody([[1, "a", "astrology"]]) }), {
    unknownValue: ({ field }) => fields.push(field),
  });
  const slots = await recommendationsService(upstream).in(scopeOf(t)).list({ limit: 8 });
  assert.deepEqual(slots, [{ productId: "a", because: "unknown" }]);
  assert.deepEqual(fields, ["slots.because.kind"]);
});
