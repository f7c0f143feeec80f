import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { KnownRequest, Store } from "./model/store.ts";

/** Until a request's spans are here, ms: its page asks before it is over. */
const PATIENCE_MS = 5_000;
const LOOK_MS = 100;

const SOURCES = [
  new URL("standalone.umd.js", import.meta.resolve("htm/preact/standalone")),
  new URL("page/bar/bar.js", import.meta.url),
];

/**
 * The script that a store page loads in development: a bar with this page's waterfall. It brings
 * its data along, so the page's policy need not allow a connection to the console.
 */
export async function barFor(store: Store, id: string, origin: string): Promise<string> {
  const request = await arrival(store, id);
  if (request === undefined) return "";
  const { key, screen, app, owner, outcome, durationMs, ownMs, layers, sections, calls, errors } = request;
  const shown = { key, screen, app, owner, outcome, durationMs, ownMs, layers, sections, calls, errors };
  const sources = await Promise.all(SOURCES.map((source) => readFile(source, "utf8")));
  const call = `showBar(this.htmPreact, ${JSON.stringify(shown)}, ${JSON.stringify(origin)});`;
  // Preact makes itself a member of `this`: the page sees nothing of it.
  return `(function () {\n${[...sources, call].join("\n")}\n}).call({});\n`;
}

/** Its errors come with the log, which may be a moment later. */
async function arrival(store: Store, id: string): Promise<KnownRequest | undefined> {
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_MS) {
    const isHere = store.find(id) !== undefined;
    await sleep(LOOK_MS);
    if (isHere) return store.find(id);
  }
  return undefined;
}
