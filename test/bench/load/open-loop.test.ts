import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import { test } from "node:test";
import { freePorts, listen, seededRandom } from "@triptych/testing";
import { openLoop } from "./open-loop.ts";
import { PageClient } from "./page-client.ts";

async function serve(listener: RequestListener) {
  const server = createServer(listener);
  return {
    port: await listen(server),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

const clientOf = (port: number, inFlight: number): PageClient =>
  new PageClient(`http://127.0.0.1:${port}`, {
    inFlight,
    request: () => ({ method: "GET", path: "/", headers: {}, body: null }),
  });
const load = () => ({ perSecond: 200, seconds: 0.3, random: seededRandom(1) });

test("sends requests when they are due, without waiting for answers, while a connection is free", async () => {
  const held: (() => void)[] = [];
  await using server = await serve((_, res) => void held.push(() => res.end("{}")));
  await using client = clientOf(server.port, 5);
  const exchanges = openLoop(client, load());
  while (held.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(held.length, 5, "no more than there are connections");
  for (;;) {
    for (const answer of held.splice(0)) answer();
    const over = await Promise.race([exchanges, new Promise<undefined>((resolve) => setTimeout(resolve, 5))]);
    if (over === undefined) continue;
    assert.ok(over.length > 20, `${over.length} of about 60 requests`);
    // A machine that pauses for long makes some wait too long.
    for (const { ended } of over) assert.ok(ended === "unsent" || ended.status === 200);
    break;
  }
});

test("counts a connection that is refused or breaks, and sends nothing again", async () => {
  const [unused = 0] = await freePorts(1);
  await using refused = clientOf(unused, 5);
  const statuses = (await openLoop(refused, load())).map(({ ended }) => ended !== "unsent" && ended.status);
  assert.deepEqual(new Set(statuses), new Set([0]));
  let asked = 0;
  await using server = await serve((req) => {
    asked += 1;
    req.socket.destroy();
  });
  await using broken = clientOf(server.port, 5);
  const exchanges = await openLoop(broken, load());
  assert.ok(exchanges.every(({ ended }) => ended !== "unsent" && ended.status === 0));
  assert.equal(asked, exchanges.length);
});

test("a closed loop keeps a number of requests in flight, and counts pages that were not whole", async () => {
  let inFlight = 0;
  let most = 0;
  let answered = 0;
  await using server = await serve((_, res) => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    setTimeout(() => {
      inFlight -= 1;
      answered += 1;
      if (answered === 3) res.writeHead(503, { "Retry-After": "1" });
      res.end(answered === 5 ? "{" : "{}");
    }, 2);
  });
  await using client = clientOf(server.port, 3);
  assert.equal(await client.pages(20, 2), 2, "a refusal, and a page that is too short");
  assert.deepEqual([most, answered, client.asked], [3, 20, 20]);
  answered = 2;
  assert.deepEqual(await client.ask(), { status: 503, retryAfter: true, bytes: 2 });
});
