import assert from "node:assert/strict";
import { test } from "node:test";
import { runApp, type RunningApp } from "../testing/running-app.ts";
import { FIRST_PER_TURN, LEAST_WAITING } from "./admission.ts";

/** As many as a turn starts. They are answered when the test says so; what follows them waits. */
const TURN = "GET /held HTTP/1.1\r\nHost: a\r\n\r\n".repeat(FIRST_PER_TURN);

async function held() {
  const begun: string[] = [];
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: echoed, resolve: echo } = Promise.withResolvers<void>();
  const app = await runApp((express) => {
    express.get("/held", (_req, res) => {
      app.clock.pass(200);
      void released.then(() => res.end("held"));
    });
    express.all("/echo", (req, res) => {
      begun.push(req.method);
      res.json(req.body ?? null);
      echo();
    });
  });
  const stop = () => app[Symbol.asyncDispose]();
  return { app, connection: app.connect(), begun, echoed, release, [Symbol.asyncDispose]: stop };
}

function statuses(text: string): readonly number[] {
  return Array.from(text.matchAll(/HTTP\/1\.1 (\d+)/g), ([, status]) => Number(status));
}

test("a request that turns out to be malformed while it waits is refused, counted and not begun", async () => {
  await using full = await held();
  const { app, connection, begun, release } = full;
  const whole = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
  const broken = "PUT /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n";
  connection.send(TURN + whole + broken);
  await full.echoed;
  release();
  const seen = statuses(await connection.closed());
  assert.deepEqual(seen, [...Array.from({ length: FIRST_PER_TURN + 1 }, () => 200), 400]);
  assert.deepEqual(begun, ["POST"]);
  const lines = app.log.lines("request").filter(({ status }) => status === 400);
  assert.partialDeepStrictEqual(lines, [{ refusedBy: "malformed" }]);
});

for (const [name, head] of [
  ["", ""],
  [" in the middle of its body", "Content-Length: 7\r\n\r\n{"],
]) {
  test(`a client that leaves${name} while its request waits is logged and counted, and nothing is begun`, async () => {
    const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
    let begun = 0;
    await using app: RunningApp = await runApp((express) => {
      express.get("/held", ({ socket }) => {
        begun += 1;
        // Before the turn ends, but after all that came with this request was read.
        if (begun === FIRST_PER_TURN) process.nextTick(() => socket.destroy(reset));
      });
      express.post("/echo", () => (begun += 1));
    });
    const known = "X-Request-Id: the-one-that-waits\r\n";
    app.connect().send(`${TURN}POST /echo HTTP/1.1\r\nHost: a\r\n${known}${head || "\r\n"}`);
    const lines = await app.log.waitFor("request", FIRST_PER_TURN + 1);
    assert.equal(begun, FIRST_PER_TURN);
    const waited = lines.filter(({ method }) => method === "POST");
    assert.partialDeepStrictEqual(waited, [{ requestId: "the-one-that-waits", status: 499, aborted: true }]);
    const counted = await app.metrics.registry.metrics();
    assert.match(counted, /_count\{service="test-app",screen="none",method="POST",status="499"\} 1/);
  });
}

test("a request that waits gets its body, also one that is asked for", async () => {
  await using full = await held();
  const { connection, release } = full;
  const head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 7";
  connection.send(`${TURN}${head}\r\nExpect: 100-continue\r\n\r\n`);
  release();
  await connection.seen("100 Continue");
  connection.send('{"a":1}GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  const text = await connection.closed();
  assert.deepEqual(statuses(text), [...Array.from({ length: FIRST_PER_TURN }, () => 200), 100, 200, 200]);
  assert.match(text, /\r\n\r\n\{"a":1\}HTTP/);
});

/** Connections on which requests were answered, so that the next ones are all read in one turn. */
async function connected(app: RunningApp, count: number) {
  const connections = Array.from({ length: count }, () => app.connect());
  const ask = (head: string) => {
    for (const connection of connections) connection.send(`${head}\r\nHost: a\r\n\r\n`);
    return Promise.all(connections.map((connection) => connection.answer()));
  };
  await ask("GET /none HTTP/1.1");
  return { connections, ask };
}

test("a drain answers what waits, and closes its connections", async () => {
  const many = FIRST_PER_TURN + LEAST_WAITING;
  let begun = 0;
  await using app: RunningApp = await runApp((express) => {
    express.get("/busy", (_req, res) => {
      begun += 1;
      app.clock.pass(200);
      // After the turn, in which all of them are read: most of them wait.
      if (begun === 1) setImmediate(() => void app.stop());
      res.end();
    });
  });
  const { ask } = await connected(app, many);
  const answers = await ask("GET /busy HTTP/1.1");
  assert.equal(begun, many);
  assert.equal(answers.filter(({ status }) => status === 200).length, many);
  const closing = answers.filter(({ headers }) => headers["connection"] === "close");
  assert.ok(closing.length >= LEAST_WAITING - FIRST_PER_TURN, `${closing.length} of ${many}`);
});

test("a client that was refused may leave without sending its body", async () => {
  await using app: RunningApp = await runApp((express) => {
    express.post("/busy", (_req, res) => {
      app.clock.pass(200);
      res.end();
    });
  });
  const { connections, ask } = await connected(app, FIRST_PER_TURN + LEAST_WAITING + 30);
  const answers = await ask("POST /busy HTTP/1.1\r\nContent-Length: 10");
  assert.ok(answers.some(({ status }) => status === 503));
  for (const { socket } of connections) socket.end();
  const rest = await Promise.all(connections.map((connection) => connection.closed()));
  assert.deepEqual(new Set(rest), new Set([""]));
});
