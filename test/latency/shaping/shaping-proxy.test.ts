import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { calibrate } from "./calibrate.ts";
import { ShapingProxy } from "./shaping-proxy.ts";

const SHAPE = { roundTripMs: 40, downKbps: 2_000, upKbps: 1_000 };

test("a round trip, and the first one of a connection, take no less than was asked for; no rate is exceeded", async () => {
  const measured = await calibrate(SHAPE);
  // A timer may fire a millisecond early, and later by however busy the machine is.
  assert.ok(measured.roundTripMs >= 38, `${measured.roundTripMs} ms`);
  assert.ok(measured.firstAnswerMs >= 76, `${measured.firstAnswerMs} ms`);
  assert.ok(measured.downKbps <= 2_300, `${measured.downKbps} kbit/s`);
  assert.ok(measured.upKbps <= 1_150, `${measured.upKbps} kbit/s`);
});

test("every byte arrives in its order, and the end behind them; connections and bytes are counted", async () => {
  await using server = await listen((socket) => {
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

test("a connection that nobody answers ends for the client", async () => {
  const server = await listen(() => undefined);
  await server[Symbol.asyncDispose]();
  await using proxy = await ShapingProxy.open(server.port, SHAPE);
  const socket = connect({ port: proxy.port, host: "127.0.0.1" });
  socket.on("error", () => undefined);
  await once(socket, "close");
});

async function listen(serve: (socket: Socket) => void): Promise<AsyncDisposable & { readonly port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    serve(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("expected a TCP port, got none");
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
