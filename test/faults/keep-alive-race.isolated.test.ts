import assert from "node:assert/strict";
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Upstream } from "@triptych/upstream-client";
import { listen, seededRandom } from "@triptych/testing";
import { clientRequest, operation } from "./testing/client-request.ts";

const REQUESTS = 1_000;

/**
 * An upstream that closes each connection a moment after its answer, just when the next request may
 * be on its way.
 */
async function openImpatientUpstream() {
  const executed = new Map<string, number>();
  let resets = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    let closing = false;
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes) => {
      if (closing) {
        // It came too late, so it is reset and not executed.
        resets += 1;
        socket.resetAndDestroy();
        return;
      }
      const id = /things\/([\w-]+)/.exec(bytes.toString("latin1"))?.[1] ?? "";
      executed.set(id, (executed.get(id) ?? 0) + 1);
      socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}");
      closeSoon(socket, () => (closing = true));
    });
  });
  return { executed, resets: () => resets, origin: `http://127.0.0.1:${await listen(server)}`, server };
}

/**
 * Stops reading requests first and closes a little later, as real servers do.
 */
function closeSoon(socket: Socket, onDecision: () => void): void {
  setTimeout(() => {
    onDecision();
    setTimeout(() => socket.end(), 1);
  }, 2);
}

test("1,000 requests in a race with an upstream that closes idle connections", async () => {
  const things = await openImpatientUpstream();
  const upstream = new Upstream({ name: "things", addresses: [things.origin], breaker: false });
  const random = seededRandom(6);
  const get = operation();
  const post = operation({ method: "POST" });
  let postsFailed = 0;
  const raced = (): boolean => things.resets() > 20 && postsFailed > 0;
  // How many requests meet a closing connection is chance. On a busy machine it takes more than a
  // thousand.
  for (let index = 0; index < REQUESTS || (index < 10 * REQUESTS && !raced()); index += 1) {
    const isPost = index % 4 === 3;
    const input = { path: { id: `${isPost ? "post" : "get"}-${index}` } };
    const { failure } = await clientRequest(upstream, isPost ? post : get, { input });
    if (isPost) postsFailed += failure === undefined ? 0 : 1;
    else assert.equal(failure, undefined, `GET ${index} failed`);
    await wait(Math.floor(random() * 4));
  }
  assert.ok(raced(), `only ${things.resets()} races happened, and ${postsFailed} POSTs met one`);
  for (const [id, times] of things.executed) {
    if (id.startsWith("post")) assert.equal(times, 1, `${id} was executed ${times} times`);
  }
  await upstream.close();
  things.server.close();
});
