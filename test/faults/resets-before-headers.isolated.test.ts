import assert from "node:assert/strict";
import { test } from "node:test";
import { Upstream } from "@triptych/upstream-client";
import { MisbehavingUpstream, jsonReply, seededRandom } from "@triptych/testing";
import { clientRequest, operation } from "./testing/client-request.ts";
import type { ClientRequest, Result } from "./testing/client-request.ts";

const CALLS = 4_000;
/** Where each call is judged by itself. The others are judged by how many fail. */
const FEW_CALLS = 1_000;
const AT_ONCE = 20;

/**
 * Executes each request, and resets 5 of 100 connections in place of the answer: the caller cannot
 * know that it was executed.
 */
async function openUpstream() {
  const random = seededRandom(4);
  const server = await MisbehavingUpstream.open(() =>
    random() < 0.05 ? (socket) => void socket.resetAndDestroy() : jsonReply({ done: true }),
  );
  return { server, upstream: new Upstream({ name: "things", addresses: [server.origin] }) };
}

async function callMany(send: (index: number) => Promise<Result>, calls = CALLS): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < calls) results.push(await send(next++));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

test("5% resets before the headers fail almost no GET, and cost few extra calls", async () => {
  const { server, upstream } = await openUpstream();
  await using _ = server;
  const results = await callMany((index) =>
    clientRequest(upstream, operation(), { input: { path: { id: String(index) } } }),
  );
  const succeeded = results.filter(({ failure }) => failure === undefined).length;
  assert.ok(succeeded / CALLS >= 0.995, `${succeeded} of ${CALLS} succeeded`);
  const amplification = server.received.length / CALLS;
  assert.ok(amplification <= 1.06, `${amplification} attempts per call`);
  await upstream.close();
});

for (const [name, idempotent, most] of [
  ["not declared idempotent is never sent twice", false, 1],
  ["declared idempotent is sent again at most once, never under another key", true, 2],
] as const) {
  test(`a POST that is ${name}`, async () => {
    const { server, upstream } = await openUpstream();
    await using _ = server;
    const post = operation({ method: "POST", ...(idempotent ? { idempotent } : {}) });
    const calls = idempotent ? CALLS : FEW_CALLS;
    const results = await callMany((index) => {
      const input: ClientRequest["input"] = { path: { id: "1" }, body: { index } };
      return clientRequest(upstream, post, {
        input: idempotent ? { ...input, idempotencyKey: `key-${index}-of-the-client` } : input,
      });
    }, calls);
    const byBody = Map.groupBy(server.received, ({ body }) => body);
    assert.equal(byBody.size, calls);
    for (const sent of byBody.values()) {
      assert.ok(sent.length <= most);
      assert.equal(new Set(sent.map(({ headers }) => headers["idempotency-key"])).size, 1);
    }
    const failed = results.filter(({ failure }) => failure !== undefined).length;
    if (idempotent) assert.ok(failed <= calls * 0.005 && server.received.length > calls);
    else assert.ok(failed > 0 && server.received.length === calls);
    await upstream.close();
  });
}
