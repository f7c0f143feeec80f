import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Upstream } from "@triptych/upstream-client";
import type { UpstreamOptions } from "@triptych/upstream-client";
import {
  MisbehavingUpstream,
  RedisServer,
  problemReply,
  seededRandom,
  skipWithoutRedis,
} from "@triptych/testing";
import type { Ordinary, Reply } from "@triptych/testing";
import { clientRequest, operation } from "./testing/client-request.ts";

const USERS = 100;
const REQUESTS_EACH = 40;

/**
 * Headers that may make one user's answer look like everyone's, and the other way round.
 */
const HOSTILE: readonly Readonly<Record<string, string>>[] = [
  { "cache-control": "private, max-age=60" },
  { "cache-control": "PRIVATE, max-age=60" },
  { "cache-control": "public, max-age=60, private" },
  { "cache-control": 'private="x-user-id", max-age=60' },
  { "cache-control": "no-store, max-age=60" },
  { "cache-control": "max-age=60", "set-cookie": "session=1" },
  { "cache-control": "public, max-age=60", vary: "x-user-id" },
  { "cache-control": "public, max-age=60", vary: "X-USER-ID, accept" },
  { "cache-control": "public, max-age=60", vary: "txn-token" },
  { "cache-control": "public, max-age=60", vary: "*" },
  { "cache-control": "s-maxage=60", vary: "cookie" },
  {
    "cache-control": "private, max-age=0, stale-while-revalidate=60, stale-if-error=60",
    etag: '"same-for-all"',
  },
];

const OPEN = {
  "cache-control": "public, max-age=0, stale-while-revalidate=1, stale-if-error=60",
  etag: '"v1"',
};

/**
 * Three kinds of answers: `open` is the same for everyone and says so; `own` and `plain` belong to
 * a user, with every hostile header. Some fail, so that stale ones are used; some are late, so that
 * they are hedged.
 */
function hostileProgram(): Ordinary {
  const random = seededRandom(8);
  return async ({ url, headers, index }) => {
    const user = headers["x-user-id"];
    const chance = random();
    if (chance > 0.97) await wait(30);
    if (chance < 0.05) return problemReply(500);
    if (chance < 0.07) return (socket) => void socket.destroy();
    if (!url.startsWith("/open")) return answerOf({ user, url }, HOSTILE[index % HOSTILE.length]);
    return headers["if-none-match"] === '"v1"'
      ? { status: 304, headers: OPEN, body: "" }
      : answerOf({ open: url }, OPEN);
  };
}

function answerOf(body: unknown, headers: Reply["headers"] = {}): Reply {
  // Not jsonReply: it says no-store where nothing else is said.
  const type = { "content-type": "application/json" };
  return { status: 200, headers: { ...type, ...headers }, body: JSON.stringify(body) };
}

const OPERATIONS = {
  open: operation({ name: "open", path: "/open/{id}", cache: "shared", hedge: true }),
  /** Declared `shared` by mistake: the service's headers must be enough to keep users apart. */
  mistaken: operation({ name: "mistaken", path: "/mistaken/{id}", cache: "shared", hedge: true }),
  own: operation({ name: "own", path: "/own/{id}", cache: "perUser", hedge: true }),
  plain: operation({ name: "plain", path: "/plain/{id}", hedge: true }),
};

async function run(cache: UpstreamOptions["cache"]): Promise<void> {
  await using server = await MisbehavingUpstream.open(hostileProgram());
  let hits = 0;
  const upstream = new Upstream({
    name: "things",
    addresses: [server.origin],
    identity: "user-id",
    breaker: false,
    bulkhead: { maxInFlight: 256, maxQueued: 1_000, maxWaitMs: 10_000 },
    ...(cache === undefined ? {} : { cache }),
    events: { cacheVerdict: ({ verdict }) => (hits += verdict === "miss" ? 0 : 1) },
  });
  let answered = 0;
  const client = async (user: number): Promise<void> => {
    const random = seededRandom(user);
    const kinds = Object.entries(OPERATIONS);
    for (let made = 0; made < REQUESTS_EACH; made += 1) {
      const [kind, what] = kinds[Math.floor(random() * kinds.length)] ?? ["open", OPERATIONS.open];
      const id = String(Math.floor(random() * 5));
      const userId = `user-${user}`;
      const { value, failure } = await clientRequest(upstream, what, { userId, input: { path: { id } } });
      if (failure !== undefined) continue;
      answered += 1;
      const url = `/${kind}/${id}`;
      assert.deepEqual(value, kind === "open" ? { open: url } : { user: userId, url });
    }
  };
  await Promise.all(Array.from({ length: USERS }, (_, user) => client(user)));
  assert.ok(answered > USERS * REQUESTS_EACH * 0.8, `${answered} answered`);
  assert.ok(hits > 400, `${hits} answers came from the cache`);
  await wait(50);
  await upstream.close();
}

test("100 users × 40 mixed requests: not one byte of another user's data", () => run(undefined));

test("the same with Redis as the second level", { skip: skipWithoutRedis() }, async () => {
  await using redis = await RedisServer.start();
  await run({ redisUrl: redis.url, maxEntries: 50 });
});
