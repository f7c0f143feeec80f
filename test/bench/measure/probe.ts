/**
 * Loaded before a measured program, by `node --expose-gc --import`, so that the program itself is
 * as it ships. Tells the benchmark, over the process's IPC channel, how much memory the program
 * holds: asked `live`, after a garbage collection; asked anything else, as it is.
 */
import { memoryUsage } from "node:process";

const { gc } = globalThis;
if (gc === undefined) throw new TypeError("expected node --expose-gc, got no gc()");

process.on("message", (question) => {
  if (question === "live") {
    // Twice: what the first one finalizes is only free in the second.
    gc();
    gc();
  }
  const { heapUsed, external, rss } = memoryUsage();
  process.send?.({ heldBytes: heapUsed + external, rssBytes: rss });
});
// The channel must not keep a program alive that is told to end.
process.channel?.unref();
