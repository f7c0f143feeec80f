import { once } from "node:events";
import { createServer } from "node:http";
import type { Browser, Page } from "playwright-core";
import { median } from "../../bench/measure/statistics.ts";
import { START_PAGE } from "./start-page.ts";
import type { Shape } from "../shaping/shaping-proxy.ts";

/** Has the browser itself make a network of it, by its DevTools protocol (`Network.emulateNetworkConditions`). */
export async function emulate(page: Page, { roundTripMs, downKbps, upKbps }: Shape): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: roundTripMs,
    // Bytes a second.
    downloadThroughput: (downKbps * 1_000) / 8,
    uploadThroughput: (upKbps * 1_000) / 8,
  });
}

export type BrowserCalibration = {
  /** From a request to its answer, on a connection that is there, ms. */
  readonly warmMs: number;
  /** The first request of a context: with its connection. */
  readonly firstMs: number;
  readonly downKbps: number;
};

const FETCHES = 5;

/** Measures what the browser makes of a shape: to a server on the loopback that answers so many bytes as the query says. */
export async function calibrateBrowser(browser: Browser, shape: Shape): Promise<BrowserCalibration> {
  const server = createServer((req, res) => {
    const count = Number(new URL(req.url ?? "/", "http://127.0.0.1").searchParams.get("bytes") ?? 0);
    res
      .writeHead(200, { "Content-Type": "text/html", "Content-Length": count })
      .end(Buffer.alloc(count, " "));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("expected a TCP port, got none");
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const origin = `http://127.0.0.1:${address.port}`;
    await page.route(`${origin}/start`, (route) =>
      route.fulfill({ contentType: "text/html", body: START_PAGE }),
    );
    await page.goto(`${origin}/start`);
    await page.unrouteAll();
    await emulate(page, shape);
    const get = async (bytes: number): Promise<number> =>
      Number(
        await page.evaluate(`(async () => {
          const begin = performance.now();
          await (await fetch("/?bytes=${bytes}", { cache: "no-store" })).arrayBuffer();
          return performance.now() - begin;
        })()`),
      );
    const firstMs = await get(1);
    const took: number[] = [];
    for (let fetched = 0; fetched < FETCHES; fetched += 1) took.push(await get(1));
    const warmMs = median(took);
    const bytes = Math.ceil((shape.downKbps * 1_000) / 8);
    const downMs = (await get(bytes)) - warmMs;
    return { firstMs, warmMs, downKbps: (bytes * 8) / downMs };
  } finally {
    await context.close();
    server.closeAllConnections();
    server.close();
  }
}
