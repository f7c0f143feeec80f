import { setTimeout as wait } from "node:timers/promises";
import type { Browser, BrowserContext } from "playwright-core";
import { emulate } from "./browser/emulation.ts";
import { loadFromBff, loadFromServices, loadHtml, prepareForHtml } from "./browser/loads.ts";
import type { DataLoad, HtmlLoad } from "./browser/loads.ts";
import { openStartPage } from "./browser/start-page.ts";
import type { ShapingProxy, Shape } from "./shaping/shaping-proxy.ts";
import type { Site } from "./stack/site.ts";

/** With or without a connection that an earlier load left. */
export type Connection = "new" | "warm";
export const CONNECTIONS: readonly Connection[] = ["new", "warm"];

/** A load, and what it moved over the line in both directions, TLS included, bytes. */
type Weighed<Load> = Load & { readonly bytes: number };

export type ByConnection<Load> = Readonly<Record<Connection, Weighed<Load>>>;

/** The loads of one repetition, all with the same delays of the services: what differs is the way. */
export type Repetition = {
  readonly services: ByConnection<DataLoad>;
  readonly bff: ByConnection<DataLoad>;
  /** Where it was asked for. */
  readonly html: ByConnection<HtmlLoad> | undefined;
};

export type LoadTools = {
  readonly browser: Browser;
  readonly site: Site;
  readonly proxy: ShapingProxy;
  /** By the browser's own protocol, over a proxy that shapes nothing; undefined: by the proxy. */
  readonly emulated: Shape | undefined;
};

const USERS = 40;
/** For the browser to notice that a connection is gone, ms; what it has not noticed it tries, and opens another. */
const NOTICE_MS = 50;

/** @param serial of the repetition: which user asks, and how long the services take */
export async function repeat(tools: LoadTools, serial: number, withHtml: boolean): Promise<Repetition> {
  const user = String((serial % USERS) + 1);
  const token = await tools.site.token(user);
  const dataBy = (load: typeof loadFromBff) =>
    inContext(tools, async (context, origin) => {
      const page = await openStartPage(context, origin);
      tools.proxy.drop();
      await wait(NOTICE_MS);
      if (tools.emulated !== undefined) await emulate(page, tools.emulated);
      return bothLoads(tools, serial, () => load(page, token));
    });
  // Each way is the first of the two in every other repetition.
  const servicesFirst = serial % 2 === 0;
  const early = servicesFirst ? await dataBy(loadFromServices) : undefined;
  const bff = await dataBy(loadFromBff);
  const services = early ?? (await dataBy(loadFromServices));
  const html = withHtml
    ? await inContext(tools, async (context, origin) => {
        const page = await context.newPage();
        await prepareForHtml(page, token);
        return bothLoads(tools, serial, () => loadHtml(page, origin));
      })
    : undefined;
  return { services, bff, html };
}

/** A context has sockets of its own: what a new one loads first, it loads over a new connection. */
async function inContext<Result>(
  { browser, proxy, site }: LoadTools,
  work: (context: BrowserContext, origin: string) => Promise<Result>,
): Promise<Result> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  try {
    return await work(context, `${site.scheme}://127.0.0.1:${proxy.port}`);
  } finally {
    await context.close();
  }
}

async function bothLoads<Load extends object>(
  { site, proxy }: LoadTools,
  serial: number,
  load: () => Promise<Load>,
): Promise<ByConnection<Load>> {
  const weighed = async (seed: number): Promise<Weighed<Load>> => {
    await site.seed(seed);
    const before = proxy.up.bytes + proxy.down.bytes;
    const loaded = await load();
    return { ...loaded, bytes: proxy.up.bytes + proxy.down.bytes - before };
  };
  const connections = proxy.connections;
  const first = await weighed(serial * 2);
  if (proxy.connections === connections) throw new Error("expected a load over a new connection, got none");
  return { new: first, warm: await weighed(serial * 2 + 1) };
}
