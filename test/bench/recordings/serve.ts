/**
 * About the cheapest server of recorded answers that Node has: a port for each service, no HTTP
 * parser. Each of the benchmark's requests is small and is alone on its connection, so one packet
 * is one request. Started by recordings.ts, with the milliseconds that each answer takes as its
 * argument.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { join } from "node:path";
import { RECORDINGS_FOLDER, SERVICES, readRecordings } from "./recordings.ts";

const delayMs = Number(process.argv[2] ?? 0);
const NOT_FOUND = Buffer.from("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
const answers = new Map(
  readRecordings().flatMap(({ target, file, cacheControl }) => {
    const body = readFileSync(join(RECORDINGS_FOLDER, file));
    const fields = [
      "HTTP/1.1 200 OK",
      "Content-Type: application/json",
      `Content-Length: ${body.length}`,
      `Cache-Control: ${cacheControl}`,
      `ETag: "${file}"`,
      `Date: ${new Date().toUTCString()}`,
      "Connection: keep-alive",
    ];
    const answer = Buffer.concat([Buffer.from(`${fields.join("\r\n")}\r\n\r\n`), body]);
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

const ports = SERVICES.map(async (service) => {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("data", (request: Buffer) => answer(socket, request));
    socket.on("error", () => socket.destroy());
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen({ port: 0, host: "127.0.0.1", backlog: 8_192 }, resolve);
  await promise;
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error(`${service} got no port`);
  return address.port;
});
process.send?.(await Promise.all(ports));
process.on("disconnect", () => process.exit());
