/**
 * Loaded before a program that is measured, by `node --expose-gc --import`, so that the program itself is as it ships: counts its calls of
 * `JSON.parse`, and tells that and its memory after a garbage collection to whoever connects to a UNIX socket, whose path is in BENCH_PROBE.
 */
import { createServer } from "node:net";

let parses = 0;
const { parse } = JSON;
JSON.parse = function counted(...args: Parameters<typeof parse>): unknown {
  parses += 1;
  return parse(...args);
};

// oxlint-disable-next-line node/no-process-env -- it stands beside a program, and must leave the program's settings alone
const { BENCH_PROBE: path } = process.env;
if (path === undefined) throw new TypeError("BENCH_PROBE is not set: npm run bench sets it");
const { gc } = globalThis;
if (gc === undefined) throw new TypeError("expected node --expose-gc, got no gc()");

const server = createServer((socket) => {
  socket.on("error", () => socket.destroy());
  // Twice: what the first one finalizes is only free in the second.
  gc();
  gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  socket.end(JSON.stringify({ parses, liveBytes: heapUsed + external, rssBytes: rss }));
});
server.listen(path);
server.unref();
