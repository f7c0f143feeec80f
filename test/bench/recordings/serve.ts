/**
 * About the cheapest server of recorded answers that Node has: a port for each stand-in, no HTTP
 * parser. The benchmark's requests are small and come one at a time on a connection, so one packet
 * is one request. Started by recordings.ts, with the milliseconds that each answer takes as its
 * argument.
 */
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { listen } from "@triptych/testing/program";
import { RECORDED, readRecordings } from "./recordings.ts";

const delayMs = Number(process.argv[2] ?? 0);
const NOT_FOUND = Buffer.from("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
// Nothing may be kept: every page of every program makes all of its calls.
const HEADERS = [
  "HTTP/1.1 200 OK",
  "Content-Type: application/json",
  "Cache-Control: no-store",
  "Connection: keep-alive",
].join("\r\n");
const answers = new Map(
  readRecordings().flatMap(([target, body]) => {
    const answer = Buffer.from(`${HEADERS}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    // As the BFFs write a list's commas, and as clients do that escape more.
    return [target, target.replaceAll(",", "%2C")].map((spelling) => [spelling, answer] as const);
  }),
);

function answer(socket: Socket, request: Buffer): void {
  const start = request.indexOf(" ") + 1;
  const target = request.toString("latin1", start, request.indexOf(" ", start));
  const bytes = answers.get(target) ?? NOT_FOUND;
  if (delayMs === 0) socket.write(bytes);
  else setTimeout(() => socket.write(bytes), delayMs);
}

const ports = RECORDED.map(() => {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("data", (request: Buffer) => answer(socket, request));
    socket.on("error", () => socket.destroy());
  });
  return listen(server, { backlog: 8_192 });
});
process.send?.(await Promise.all(ports));
process.on("disconnect", () => process.exit());
