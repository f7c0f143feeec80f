import { setTimeout as wait } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { FROM_BFF, FROM_SERVICES, loadData, openStartPage } from "./loads.ts";
import type { DataLoad } from "./loads.ts";
import type { ShapingProxy } from "./shaping/shaping-proxy.ts";
import type { Site } from "./site.ts";

/** Without a connection, or over one that an earlier load left. */
export const CONNECTIONS = ["new", "warm"] as const;
/** One of `CONNECTIONS`. */
export type Connection = (typeof CONNECTIONS)[number];

/** A load over either connection, and the bytes that it moved in both directions, TLS included. */
type ByConnection = Readonly<Record<Connection, DataLoad & { readonly bytes: number }>>;

/** Both ways to the data, with the same delays of the services: only the way differs. */
export type Repetition = { readonly services: ByConnection; readonly bff: ByConnection };

/** What a load takes: a browser, a site, and the network between them. */
export type LoadTools = { readonly browser: Browser; readonly site: Site; readonly proxy: ShapingProxy };

const USERS = 40;
/** Until the browser notices that a connection is gone, in ms. */
const NOTICE_MS = 50;

/**
 * Loads the data both ways, each once over a new connection and once over a warm one.
 * @param serial decides which user asks, and how long the services take
 */
export async function repeat(tools: LoadTools, serial: number): Promise<Repetition> {
  const token = await tools.site.token(String((serial % USERS) + 1));
  const by = (script: string) => loads(tools, serial, (page) => loadData(page, script, token));
  // Each way is the first of the two in every other repetition.
  if (serial % 2 === 0) return { services: await by(FROM_SERVICES), bff: await by(FROM_BFF) };
  return { bff: await by(FROM_BFF), services: await by(FROM_SERVICES) };
}

async function loads(
  { browser, proxy, site }: LoadTools,
  serial: number,
  load: (page: Page) => Promise<DataLoad>,
): Promise<ByConnection> {
  // It has sockets of its own.
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  try {
    const page = await openStartPage(context, `${site.scheme}://127.0.0.1:${proxy.port}`);
    proxy.drop();
    await wait(NOTICE_MS);
    const weighed = async (seed: number) => {
      await site.seed(seed);
      const before = proxy.up.bytes + proxy.down.bytes;
      const loaded = await load(page);
      return { ...loaded, bytes: proxy.up.bytes + proxy.down.bytes - before };
    };
    const connections = proxy.connections;
    const first = await weighed(serial * 2);
    if (proxy.connections === connections) throw new Error("expected a load over a new connection, got none");
    return { new: first, warm: await weighed(serial * 2 + 1) };
  } finally {
    await context.close();
  }
}
