import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { median } from "../../bench/measure/statistics.ts";
import { ShapingProxy } from "./shaping-proxy.ts";
import type { Shape } from "./shaping-proxy.ts";

/** What a proxy's network was measured to be, beside what it was asked to be. */
export type Calibration = Shape & {
  /** From opening a connection to the answer to its first byte: two round trips, ms. */
  readonly firstAnswerMs: number;
};

/** Bits that take so long at a rate, as bytes: long enough for a rate, short enough for slow 3G. */
const bytesFor = (kbps: number, ms: number): number => Math.ceil((kbps * ms) / 8);
const TRANSFER_MS = 1_000;
const PINGS = 5;

/**
 * Measures a shape by plain sockets: ping-pong of one byte, then a second's worth of bytes in each direction. The server answers a `d` with as many
 * bytes as were asked for, and all else with one byte when so many have come.
 */
export async function calibrate(shape: Shape): Promise<Calibration> {
  const server = createServer({ noDelay: true }, echo);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("expected a TCP port, got none");
  await using proxy = await ShapingProxy.open(address.port, shape);
  try {
    const begin = performance.now();
    const socket = connect({ port: proxy.port, host: "127.0.0.1", noDelay: true });
    await ask(socket, 1, 1);
    const firstAnswerMs = performance.now() - begin;
    const pings: number[] = [];
    for (let ping = 0; ping < PINGS; ping += 1) pings.push(await ask(socket, 1, 1));
    const roundTripMs = median(pings);
    const down = bytesFor(shape.downKbps, TRANSFER_MS);
    const up = bytesFor(shape.upKbps, TRANSFER_MS);
    // The shortest of them: what a busy machine adds to one is not in the other.
    const wayMs = Math.min(...pings);
    const downMs = (await ask(socket, 1, down)) - wayMs;
    const upMs = (await ask(socket, up, 1)) - wayMs;
    socket.destroy();
    return {
      roundTripMs,
      firstAnswerMs,
      downKbps: (down * 8) / downMs,
      upKbps: (up * 8) / upMs,
    };
  } finally {
    server.close();
  }
}

/** A request begins with the lengths of both messages, 4 bytes each. */
const HEAD = 8;

/** Sends so many bytes and gets so many. @returns how long that took, ms */
async function ask(socket: Socket, send: number, get: number): Promise<number> {
  const message = Buffer.alloc(HEAD + send);
  message.writeUInt32BE(send, 0);
  message.writeUInt32BE(get, 4);
  const begin = performance.now();
  socket.write(message);
  let missing = get;
  while (missing > 0) {
    const [chunk]: unknown[] = await once(socket, "data");
    if (!Buffer.isBuffer(chunk)) throw new TypeError("expected bytes");
    missing -= chunk.length;
  }
  return performance.now() - begin;
}

function echo(socket: Socket): void {
  let missing = 0;
  let answer = 0;
  let head = Buffer.alloc(0);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    let bytes = chunk;
    if (missing === 0) {
      head = Buffer.concat([head, bytes]);
      if (head.length < HEAD) return;
      missing = head.readUInt32BE(0);
      answer = head.readUInt32BE(4);
      bytes = head.subarray(HEAD);
      head = Buffer.alloc(0);
    }
    missing -= bytes.length;
    if (missing === 0) socket.write(Buffer.alloc(answer));
  });
}
