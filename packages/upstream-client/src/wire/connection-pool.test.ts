import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { LookupFunction } from "node:net";
import { test } from "node:test";
import { FakeClock, seededRandom } from "@triptych/testing";
import { Upstream } from "../upstream.ts";
import { CallScope } from "../context.ts";
import { makeOperation, makeRequest } from "../testing/index.ts";

/** A service behind a name, on every address of the loopback. It answers which one was asked. */
async function movingService(clock: FakeClock, random = () => 0) {
  const connections: string[] = [];
  const server = createServer((request, response) => {
    response.writeHead(200, { "content-type": "application/json", "keep-alive": "timeout=600" });
    response.end(JSON.stringify(request.socket.localAddress));
  });
  server.on("connection", (socket) => connections.push(socket.localAddress ?? ""));
  server.listen(0, "0.0.0.0");
  await once(server, "listening");
  const at = server.address();
  assert.ok(at !== null && typeof at === "object");

  let address = "127.0.0.1";
  const lookup: LookupFunction = (_, options, callback) => {
    if (options.all === true) callback(null, [{ address, family: 4 }]);
    else callback(null, address, 4);
  };
  const upstream = new Upstream({
    name: "things",
    origin: `http://things.test:${at.port}`,
    clock,
    random,
    lookup,
  });
  let users = 0;
  return {
    connections,
    moveTo: (to: string) => void (address = to),
    /** Each time as another user, so that no two calls are one. */
    ask: async () => {
      users += 1;
      const { context, deadline } = makeRequest(clock, { userId: String(users) });
      const answer = await upstream.call(makeOperation(), new CallScope(context));
      deadline.dispose();
      return answer;
    },
    async [Symbol.asyncDispose]() {
      await upstream.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

test("in steady traffic, a name that moves is followed within a minute", async () => {
  const clock = new FakeClock();
  await using service = await movingService(clock);
  assert.equal(await service.ask(), "127.0.0.1");
  service.moveTo("127.0.0.2");
  for (let second = 1; second < 60; second += 1) {
    clock.advance(1_000);
    assert.equal(await service.ask(), "127.0.0.1");
  }
  clock.advance(1_000);
  assert.equal(await service.ask(), "127.0.0.2");
  assert.deepEqual(service.connections, ["127.0.0.1", "127.0.0.2"]);
});

test("connections that were opened together do not end together", async () => {
  const clock = new FakeClock();
  await using service = await movingService(clock, seededRandom(1));
  const askAll = () => Promise.all(Array.from({ length: 20 }, service.ask));
  await askAll();
  const opened = service.connections.length;
  assert.equal(opened, 20);
  clock.advance(44_000);
  await askAll();
  assert.equal(service.connections.length, opened, "none ends before 45 s");
  const perSecond: number[] = [];
  for (let second = 45; second <= 60; second += 1) {
    const before = service.connections.length;
    clock.advance(1_000);
    await askAll();
    perSecond.push(service.connections.length - before);
  }
  assert.equal(
    perSecond.reduce((sum, count) => sum + count),
    opened,
  );
  assert.ok(Math.max(...perSecond) <= 5, perSecond.join());
});

test("a connection that grows old during an exchange ends after it", async () => {
  const clock = new FakeClock();
  await using service = await movingService(clock);
  await service.ask();
  const asking = service.ask();
  clock.pass(100_000);
  assert.equal(await asking, "127.0.0.1");
  await service.ask();
  assert.equal(service.connections.length, 2);
});
