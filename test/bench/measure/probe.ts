/**
 * Loaded before a measured program, by `node --expose-gc --import`, so that the program itself is
 * as it ships. It answers the questions of lab/measured-program.ts over the process's IPC channel.
 */
import { createHook } from "node:async_hooks";
import { memoryUsage } from "node:process";
import type { Question, Reading } from "../lab/measured-program.ts";

const { gc } = globalThis;
if (gc === undefined) throw new TypeError("expected node --expose-gc, got no gc()");

let promises = 0;
// A hook makes every promise slower, so it is only set for a program whose time is not measured.
const hook = createHook({ init: (_id, type) => void (type === "PROMISE" && (promises += 1)) });

process.on("message", (question: Question) => {
  if (question === "promises") hook.enable();
  if (question === "live") {
    // Twice: what the first one finalizes is only free in the second.
    gc();
    gc();
  }
  const { heapUsed, external, rss } = memoryUsage();
  process.send?.({ heldBytes: heapUsed + external, rssBytes: rss, promises } satisfies Reading);
});
// The channel must not keep a program alive that is told to end.
process.channel?.unref();
