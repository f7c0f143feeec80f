/**
 * The cheapest server of recorded answers that Node has, in a process of its own: a port for each service, no HTTP parser. Each of the benchmark's requests is
 * small and comes alone on its connection, so one packet is one request.
 *
 * Its arguments: milliseconds that each answer takes; whether the catalog's have to be revalidated.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { join } from "node:path";
import { SERVICES } from "../processes/services.ts";
import { RECORDINGS_FOLDER, readRecordings, spellingsOf } from "../recordings/recordings.ts";
import { cacheControlOf } from "./recorded-services.ts";

const delayMs = Number(process.argv[2] ?? 0);
const catalogRevalidates = process.argv[3] === "true";
const answers = new Map(
  readRecordings().flatMap((recording) => {
    const { file } = recording;
    const body = readFileSync(join(RECORDINGS_FOLDER, file));
    const fields = `Cache-Control: ${cacheControlOf(recording, { catalogRevalidates })}\r\nETag: "${file}"`;
    const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${fields}\r\nContent-Length: ${body.length}\r\n\r\n`;
    const unchanged = Buffer.from(`HTTP/1.1 304 Not Modified\r\n${fields}\r\n\r\n`);
    const answer = { whole: Buffer.concat([Buffer.from(head), body]), unchanged };
    return spellingsOf(recording).map((target) => [target, answer] as const);
  }),
);
const NOT_FOUND = Buffer.from("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");

function answer(socket: Socket, request: Buffer): void {
  const start = request.indexOf(" ") + 1;
  const target = request.toString("latin1", start, request.indexOf(" ", start));
  const found = answers.get(target);
  // Nobody here has another version than ours.
  const asksForChange = found !== undefined && /\r\nif-none-match:/i.test(request.toString("latin1"));
  const bytes = asksForChange ? found.unchanged : (found?.whole ?? NOT_FOUND);
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
