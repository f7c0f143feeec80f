import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import { test } from "node:test";
import { freePorts } from "../../free-ports.ts";
import { seeded } from "../measure/random.ts";
import { closedLoop } from "./closed-loop.ts";
import { openLoop } from "./open-loop.ts";
import { RawConnections } from "./raw-connections.ts";

const request = (): string => "GET / HTTP/1.1\r\nHost: bench\r\n\r\n";

async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("expected a TCP port, got none");
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

const load = (port: number, most: number) => ({
  connections: new RawConnections(port, most),
  request,
  perSecond: 200,
  seconds: 0.3,
  random: seeded(1),
});

test("requests are sent when they are due, though none is answered, until no connection is left", async () => {
  const held: (() => void)[] = [];
  await using server = await serve((_, res) => void held.push(() => res.end("{}")));
  const options = load(server.port, 5);
  using _ = options.connections;
  const exchanges = openLoop(options);
  while (held.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(held.length, 5, "no more than there are connections");
  for (;;) {
    for (const answer of held.splice(0)) answer();
    const over = await Promise.race([exchanges, new Promise<undefined>((resolve) => setTimeout(resolve, 5))]);
    if (over === undefined) continue;
    assert.ok(over.length > 20, `${over.length} of about 60 requests`);
    // A machine that pauses for long makes some wait too long.
    for (const { ended } of over) {
      assert.ok(ended === "unsent" || (typeof ended === "object" && ended.status === 200));
    }
    break;
  }
});

test("a connection that is refused or breaks is counted, and nothing is sent again", async () => {
  const [nobody = 0] = await freePorts(1);
  const refused = load(nobody, 5);
  assert.deepEqual(new Set((await openLoop(refused)).map(({ ended }) => ended)), new Set(["refused"]));
  let asked = 0;
  await using server = await serve((req) => {
    asked += 1;
    req.socket.destroy();
  });
  const broken = load(server.port, 5);
  const exchanges = await openLoop(broken);
  assert.deepEqual(new Set(exchanges.map(({ ended }) => ended)), new Set(["reset"]));
  assert.equal(asked, exchanges.length);
});

test("a closed loop has so many requests under way, and asks again when it was answered", async () => {
  let underWay = 0;
  let most = 0;
  await using server = await serve((_, res) => {
    underWay += 1;
    most = Math.max(most, underWay);
    setTimeout(() => {
      underWay -= 1;
      res.end("{}");
    }, 2);
  });
  using connections = new RawConnections(server.port, 3);
  const answers = await closedLoop({ connections, request, inFlight: 3, seconds: 0.2 });
  assert.equal(most, 3);
  assert.ok(answers.length > 3);
});
