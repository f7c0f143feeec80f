import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { setImmediate as nextTurn } from "node:timers/promises";
import { test } from "node:test";
import { FakeClock, RawUpstream } from "@triptych/testing";
import type { RawHandler } from "@triptych/testing";
import { systemClock } from "../clock.ts";
import { isUpstreamError } from "../errors.ts";
import { makeRequest, testUpstream } from "../testing/index.ts";
import { BinaryAnswer } from "./binary-answer.ts";

const PDF = { name: "getInvoice", answerTypes: ["application/pdf", "image/*"] } as const;

const head = (type: string, length?: number, more = "") =>
  `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\n${length === undefined ? "transfer-encoding: chunked" : `content-length: ${length}`}\r\n${more}\r\n`;

const sends =
  (...texts: readonly string[]): RawHandler =>
  (socket) => {
    for (const text of texts) socket.write(text);
  };

async function bytesOf(answer: unknown): Promise<string> {
  assert.ok(answer instanceof BinaryAnswer);
  const chunks: Buffer[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test("an answer that is no JSON streams, with its type and size", async () => {
  await using things = await testUpstream(sends(head("application/pdf; x=y", 6), "abc", "def"));
  const request = makeRequest(new FakeClock());
  const answer = await things.call(PDF, { request });
  assert.ok(answer instanceof BinaryAnswer);
  assert.deepEqual([answer.mediaType, answer.bytes], ["application/pdf; x=y", 6]);
  assert.equal(await bytesOf(answer), "abcdef");
  assert.match(things.server.requests[0] ?? "", /\r\naccept: application\/pdf, image\/\*\r\n/);
  assert.deepEqual(
    request.context.attempts.map(({ outcome }) => outcome),
    ["ok"],
  );
});

test("whoever watches answers does not get the stream", async () => {
  const wrap = (message: unknown) => void Object.assign(Object(message), { value: "wrapped" });
  subscribe("triptych.upstream.answer", wrap);
  await using things = await testUpstream(sends(head("image/png", 1), "a"));
  assert.ok((await things.call(PDF)) instanceof BinaryAnswer);
  unsubscribe("triptych.upstream.answer", wrap);
});

test("two equal calls of one request are two streams", async () => {
  await using things = await testUpstream(sends(head("image/png", 1), "a"));
  const request = makeRequest(new FakeClock());
  const ask = () => things.call({ ...PDF, cache: "shared", hedge: true }, { request });
  assert.deepEqual(await Promise.all((await Promise.all([ask(), ask()])).map(bytesOf)), ["a", "a"]);
});

for (const [what, text, kind] of [
  ["another type", head("text/html", 1), "invalid"],
  ["no success", "HTTP/1.1 404 None\r\ncontent-length: 0\r\n\r\n", "rejected"],
  ["a body that is too large", head("application/pdf", 2_000), "invalid"],
  ["an encoding", head("application/pdf", 1, "content-encoding: gzip\r\n"), "invalid"],
] as const) {
  test(`${what} is ${kind}`, async () => {
    const options = { maxStreamBytes: 1_000, acceptEncoding: "gzip" } as const;
    await using things = await testUpstream(sends(text, "a"), options);
    assert.equal((await things.failure(PDF)).kind, kind);
  });
}

for (const [what, handle, kind] of [
  [
    "is cut off",
    (socket) => socket.write(`${head("application/pdf", 6)}abc`, () => socket.destroy()),
    "unavailable",
  ],
  ["is longer than it may be", sends(head("application/pdf"), `5dc\r\n${"a".repeat(1_500)}\r\n`), "invalid"],
] as const satisfies readonly (readonly [string, RawHandler, string])[]) {
  test(`a stream that ${what} fails where it is read`, async () => {
    await using things = await testUpstream(handle, { maxStreamBytes: 1_000 });
    const request = makeRequest(systemClock, {}, 60_000);
    const answer = await things.call(PDF, { request });
    await assert.rejects(bytesOf(answer), (error) => isUpstreamError(error) && error.kind === kind);
    request.deadline.dispose();
  });
}

test("a stream ends with the call's deadline, and keeps its place in the bulkhead until then", async () => {
  const clock = new FakeClock();
  const bulkhead = { maxInFlight: 1, maxQueued: 0 };
  await using things = await testUpstream(sends(head("application/pdf", 6), "abc"), { clock, bulkhead });
  const first = makeRequest(clock, {}, 800);
  const answer = await things.call(PDF, { request: first });
  assert.equal((await things.failure(PDF, { request: makeRequest(clock) })).kind, "overloaded");
  const read = bytesOf(answer);
  read.catch(() => undefined);
  await clock.advanceInTurns(800);
  await assert.rejects(read, (error) => isUpstreamError(error) && error.kind === "timeout");
  assert.ok(await things.call(PDF, { request: makeRequest(clock) }));
});

test("a reader that leaves closes the connection", async () => {
  await using things = await testUpstream(sends(head("application/pdf", 6), "abc"));
  const request = makeRequest(systemClock, {}, 60_000);
  const answer = await things.call(PDF, { request });
  assert.ok(answer instanceof BinaryAnswer);
  answer.body.destroy();
  while (things.server.sockets.size > 0) await nextTurn();
  request.deadline.dispose();
});

test("a slow reader slows the service down, and no more than a buffer is kept", async () => {
  const size = 20_000_000;
  await using server = await RawUpstream.open((socket) => {
    socket.write(head("application/pdf", size));
    socket.write(Buffer.alloc(size));
  });
  await using things = await testUpstream(() => undefined, { addresses: [server.origin] });
  const request = makeRequest(systemClock, {}, 60_000);
  const answer = await things.call(PDF, { request });
  assert.ok(answer instanceof BinaryAnswer);
  answer.body.read(0);
  for (let turn = 0; turn < 200; turn += 1) await nextTurn();
  assert.ok(answer.body.readableLength < 1_000_000, String(answer.body.readableLength));
  let received = 0;
  for await (const chunk of answer.body) received += chunk.length;
  assert.equal(received, size);
  request.deadline.dispose();
});
