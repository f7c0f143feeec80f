import assert from "node:assert/strict";
import dns from "node:dns";
import { once } from "node:events";
import { createServer } from "node:http";
import { it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { FakeClock } from "@triptych/testing";
import { Instances } from "./instances.ts";

it("takes instances in turn, and last for 2 s one that could not be reached", async () => {
  const clock = new FakeClock();
  const instances = new Instances(["http://127.0.0.1:1", "http://127.0.0.1:2"], clock);
  const [first, second] = instances.inTurn();
  assert.ok(first && second);
  assert.equal(instances.inTurn()[0], second, "the next one's turn");
  first.markUnreachable();
  for (let turn = 0; turn < 4; turn += 1) {
    assert.deepEqual(
      instances.inTurn().map(({ origin }) => origin),
      [second.origin, first.origin],
    );
  }
  clock.advance(2_000);
  const firsts = [instances.inTurn()[0], instances.inTurn()[0]];
  assert.equal(new Set(firsts).size, 2, "both take turns again");
  await instances.close();
});

it("follows a name that moves within a minute, and needs no name server for one that stays", async (t) => {
  const server = createServer((req, res) => {
    res.setHeader("keep-alive", "timeout=600");
    res.end(req.socket.localAddress);
  });
  server.listen(0, "0.0.0.0");
  await once(server, "listening");
  const at = server.address();
  assert.ok(at !== null && typeof at === "object");
  let address = "127.0.0.1";
  let nameServer: "answers" | "fails" | "hangs" = "answers";
  t.mock.method(dns, "lookup", (_: string, __: object, found: (error: Error | null, all: object) => void) => {
    if (nameServer === "answers") found(null, [{ address, family: 4 }]);
    if (nameServer === "fails") found(new Error("EAI_AGAIN"), []);
  });
  const clock = new FakeClock();
  const instances = new Instances([`http://bff.test:${at.port}`], clock, () => 0);
  try {
    const [instance] = instances.all;
    assert.ok(instance);
    const ask = async () => {
      const { body } = await instance.dispatcherFor(true).request({ method: "GET", path: "/" });
      const text = await body.text();
      // Until the next turn the connection is not free, and another one would be opened.
      await setImmediate();
      return text;
    };
    assert.equal(await ask(), "127.0.0.1");
    address = "127.0.0.2";
    for (let second = 1; second < 60; second += 1) {
      clock.advance(1_000);
      assert.equal(await ask(), "127.0.0.1");
    }
    clock.advance(1_000);
    assert.equal(await ask(), "127.0.0.2");

    nameServer = "fails";
    clock.advance(60_000);
    assert.equal(await ask(), "127.0.0.2");
    nameServer = "hangs";
    clock.advance(60_000);
    const patient = ask();
    await clock.advanceInTurns(100);
    assert.equal(await patient, "127.0.0.2");
  } finally {
    await instances.close();
    server.close();
    server.closeAllConnections();
  }
});

it("lets an answer that has begun end on its connection, however old that is", async () => {
  const server = createServer((_req, res) => void res.write("begun, "));
  let finish = () => {};
  server.on("request", (_req, res) => (finish = () => res.end("and ended")));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const at = server.address();
  assert.ok(at !== null && typeof at === "object");
  const clock = new FakeClock();
  const instances = new Instances([`http://127.0.0.1:${at.port}`], clock, () => 1);
  try {
    const [instance] = instances.all;
    assert.ok(instance);
    const kept = instance.dispatcherFor(true);
    const { body } = await kept.request({ method: "GET", path: "/" });
    clock.advance(44_999);
    assert.equal(instance.dispatcherFor(true), kept);
    clock.advance(1);
    assert.notEqual(instance.dispatcherFor(true), kept);
    finish();
    assert.equal(await body.text(), "begun, and ended");
  } finally {
    await instances.close();
    server.close();
    server.closeAllConnections();
  }
});
