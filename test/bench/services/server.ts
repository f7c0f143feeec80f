/**
 * The cheapest server of recorded answers that Node has, in a process of its own: a port for each service, no HTTP parser. Each of the benchmark's requests is
 * small and comes alone on its connection, so one packet is one request.
 *
 * Its argument: milliseconds that each answer takes.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { join } from "node:path";
import { SERVICES } from "../processes/services.ts";
import { RECORDINGS_FOLDER, readRecordings } from "../recordings/recordings.ts";

const delayMs = Number(process.argv[2] ?? 0);
const answers = new Map(
  readRecordings().map(({ target, file, cacheControl }) => {
    const body = readFileSync(join(RECORDINGS_FOLDER, file));
    const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: ${cacheControl}\r\nContent-Length: ${body.length}\r\n\r\n`;
    return [target, Buffer.concat([Buffer.from(head), body])] as const;
  }),
);
const NOT_FOUND = Buffer.from("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");

function answer(socket: Socket, request: Buffer): void {
  const start = request.indexOf(" ") + 1;
  const target = request.toString("latin1", start, request.indexOf(" ", start));
  const bytes = answers.get(target) ?? NOT_FOUND;
  if (delayMs === 0) socket.write(bytes);
  else setTimeout(() => socket.write(bytes), delayMs);
}

const ports: number[] = [];
for (const service of SERVICES) {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("data", (request: Buffer) => answer(socket, request));
    socket.on("error", () => socket.destroy());
  });
  server.listen({ port: 0, host: "127.0.0.1", backlog: 8_192 }, () => {
    const address = server.address();
    if (typeof address !== "object" || address === null) throw new Error(`${service} got no port`);
    ports.push(address.port);
    if (ports.length === SERVICES.length) process.send?.(ports);
  });
}
process.on("disconnect", () => process.exit());
