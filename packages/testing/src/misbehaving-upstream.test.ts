import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "undici";
import {
  answers,
  replacesBody,
  cutsBody,
  fails,
  hangs,
  resets,
  waitsFor,
  withHeaders,
} from "./behaviours.ts";
import { FAULTS, writes } from "./faults.ts";
import { MisbehavingUpstream, jsonReply } from "./misbehaving-upstream.ts";
import { RawConnection } from "./raw-connection.ts";
import { response } from "./raw-upstream.ts";

async function ask(upstream: MisbehavingUpstream, path = "/", options: Parameters<typeof request>[1] = {}) {
  const { statusCode: status, headers, body } = await request(`${upstream.origin}${path}`, options);
  return { status, headers, text: await body.text() };
}

test("answers as the test says, and records what it was asked", async () => {
  await using upstream = await MisbehavingUpstream.open(({ path }) => jsonReply({ path }));
  const { status, headers, text } = await ask(upstream, "/orders?limit=3", { method: "POST", body: "{}" });
  assert.deepEqual([status, headers["content-type"], text], [200, "application/json", '{"path":"/orders"}']);
  const [received] = upstream.received;
  assert.deepEqual(
    [received?.index, received?.method, received?.url, received?.query.get("limit"), received?.body],
    [0, "POST", "/orders?limit=3", "3", "{}"],
  );
  assert.equal(received?.abortedAt, undefined);
});

test("misbehaves at one path, for a number of times, until a reset; the last rule goes first", async () => {
  await using upstream = await MisbehavingUpstream.open();
  upstream.behave(fails(500));
  upstream.behave(fails(404), { at: "/a" });
  upstream.behave(fails(503, { "retry-after": 2 }), { at: "/a", times: 1 });
  const statuses = [];
  for (const path of ["/a?x=1", "/a", "/b"]) statuses.push((await ask(upstream, path)).status);
  assert.deepEqual(statuses, [503, 404, 500]);
  upstream.reset();
  assert.equal((await ask(upstream, "/a")).status, 200);
  assert.equal(upstream.received.length, 1);
});

test("each behaviour changes the ordinary answer", async () => {
  await using upstream = await MisbehavingUpstream.open(() => jsonReply({ a: 1, b: 2 }));
  const textOf = async (...behaviour: Parameters<MisbehavingUpstream["behave"]>) => {
    upstream.behave(...behaviour);
    return (await ask(upstream)).text;
  };
  assert.equal(await textOf(answers([1])), "[1]");
  assert.equal(await textOf(replacesBody(({ a }) => ({ a }))), '{"a":1}');
  upstream.behave(withHeaders({ "cache-control": "max-age=1" }));
  assert.equal((await ask(upstream)).headers["cache-control"], "max-age=1");
  upstream.behave(resets);
  await assert.rejects(ask(upstream), /socket|reset/i);
  upstream.behave(cutsBody);
  await assert.rejects(ask(upstream), /socket|aborted|closed|reset/i);
});

test("holds an answer back until a promise is fulfilled, and counts what is in flight", async () => {
  await using upstream = await MisbehavingUpstream.open();
  const gate = Promise.withResolvers<void>();
  upstream.behave(waitsFor(gate.promise));
  const asked = [ask(upstream), ask(upstream)];
  await upstream.hasReceived(2);
  assert.equal(upstream.inFlight, 2);
  gate.resolve();
  await Promise.all(asked);
  while (upstream.inFlight > 0) await new Promise(setImmediate);
  assert.equal(upstream.mostInFlight, 2);
});

test("notes when a client leaves before its answer", async () => {
  await using upstream = await MisbehavingUpstream.open();
  upstream.behave(hangs);
  const leaving = new AbortController();
  const asked = ask(upstream, "/", { signal: leaving.signal });
  await upstream.hasReceived(1);
  leaving.abort();
  await assert.rejects(asked);
  while (upstream.inFlight > 0) await new Promise(setImmediate);
  const [received] = upstream.received;
  assert.ok(received?.abortedAt !== undefined && received.abortedAt >= received.at);
});

test("once it is closed it is refused, and closing again does nothing", async () => {
  const upstream = await MisbehavingUpstream.open();
  const { origin } = upstream;
  await upstream.close();
  await upstream.close();
  await assert.rejects(request(origin), /ECONNREFUSED/);
});

test("after a raw answer the same connection still gets ordinary ones", async () => {
  await using upstream = await MisbehavingUpstream.open(() => jsonReply({ name: "Åsa" }));
  upstream.behave(() => writes(response(500, "{}")), { at: "/raw" });
  const connection = new RawConnection(upstream.port);
  for (const [path, status] of [
    ["/raw", 500],
    ["/", 200],
    ["/raw", 500],
    ["/", 200],
  ] as const) {
    const answer = await connection.send(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`).answer();
    assert.equal(answer.status, status);
    if (status === 200) assert.equal(Buffer.from(answer.body, "latin1").toString(), '{"name":"Åsa"}');
  }
  connection.destroy();
});

test("204 and 304 have no body", async () => {
  for (const status of [204, 304]) {
    await using upstream = await MisbehavingUpstream.open(() => ({ status, headers: {}, body: "x" }));
    const answer = await ask(upstream);
    assert.deepEqual([answer.status, answer.text], [status, ""]);
  }
});

test("each fault has a name of its own, and reaches the socket as it is", async () => {
  assert.equal(new Set(FAULTS.map(({ name }) => name)).size, FAULTS.length);
  await using upstream = await MisbehavingUpstream.open();
  for (const { name, behave, status } of FAULTS) {
    if (status === undefined) continue;
    upstream.behave(() => behave);
    const connection = new RawConnection(upstream.port).send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await connection
      .seen(`HTTP/1.1 ${status} `)
      .catch((error: unknown) => assert.fail(`${name}: ${String(error)}`));
    connection.destroy();
  }
});
