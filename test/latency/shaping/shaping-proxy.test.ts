import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { listen } from "@triptych/testing";
import { Client } from "undici";
import { ShapingProxy } from "./shaping-proxy.ts";

const SHAPE = { roundTripMs: 40, downKbps: 2_000, upKbps: 1_000 };

test("a round trip and a connection's first answer take at least the configured time, and no rate is exceeded", async () => {
  // Answers with as many bytes as the path says, when the whole request has come.
  await using cleanup = new AsyncDisposableStack();
  const server = createHttpServer((req, res) => {
    req.resume().on("end", () => res.end(Buffer.alloc(Number(req.url?.slice(1)))));
  });
  cleanup.defer(() => void server.close());
  const proxy = cleanup.use(await ShapingProxy.open(await listen(server), SHAPE));
  const client = new Client(`http://127.0.0.1:${proxy.port}`);
  cleanup.defer(() => client.destroy());
  const ask = async (sent: number, got: number): Promise<number> => {
    const begin = performance.now();
    const { body } = await client.request({ path: `/${got}`, method: "POST", body: Buffer.alloc(sent) });
    await body.arrayBuffer();
    return performance.now() - begin;
  };
  const firstAnswerMs = await ask(1, 1);
  const roundTripMs = Math.min(await ask(1, 1), await ask(1, 1), await ask(1, 1));
  const bytes = 100_000;
  const downKbps = (bytes * 8) / ((await ask(1, bytes)) - roundTripMs);
  const upKbps = (bytes * 8) / ((await ask(bytes, 1)) - roundTripMs);
  // A timer may fire a millisecond early, and later by however busy the machine is.
  assert.ok(roundTripMs >= 38, `${roundTripMs} ms`);
  assert.ok(firstAnswerMs >= 76, `${firstAnswerMs} ms`);
  assert.ok(downKbps <= 2_300, `${downKbps} kbit/s`);
  assert.ok(upKbps <= 1_150, `${upKbps} kbit/s`);
});

test("bytes arrive in order before the end, and connections and bytes are counted", async () => {
  await using server = await serve((socket) => {
    let heard = "";
    socket.on("data", (bytes: Buffer) => {
      heard += bytes.toString();
    });
    socket.on("end", () => socket.end(heard.toUpperCase().repeat(1_000)));
  });
  await using proxy = await ShapingProxy.open(server.port, { ...SHAPE, downKbps: 100_000 });
  const socket = connect({ port: proxy.port, host: "127.0.0.1", allowHalfOpen: true });
  socket.end("hello");
  assert.equal(await text(socket), "HELLO".repeat(1_000));
  assert.deepEqual([proxy.connections, proxy.up.bytes, proxy.down.bytes], [1, 5, 5_000]);
});

test("a connection to a closed port ends for the client", async () => {
  const server = await serve(() => undefined);
  await server[Symbol.asyncDispose]();
  await using proxy = await ShapingProxy.open(server.port, SHAPE);
  const socket = connect({ port: proxy.port, host: "127.0.0.1" });
  socket.on("error", () => undefined);
  await once(socket, "close");
});

async function serve(each: (socket: Socket) => void): Promise<AsyncDisposable & { readonly port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    each(socket);
  });
  return {
    port: await listen(server),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
