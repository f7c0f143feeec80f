import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { it, test } from "node:test";
import { ROUTES } from "@triptych/gateway-app";
import { describeInBrowser, launchChromium } from "../e2e/browser/chromium.ts";
import { calibrateBrowser } from "./browser/emulation.ts";
import { PATHS } from "./browser/loads.ts";
import { repeat } from "./measure-loads.ts";
import { ShapingProxy } from "./shaping/shaping-proxy.ts";
import type { Site } from "./stack/site.ts";

const SHAPE = { roundTripMs: 10, downKbps: 4_000, upKbps: 4_000 };

test("the gateway has a route for each path that is asked for", () => {
  for (const path of Object.values(PATHS)) {
    assert.ok(
      ROUTES.routes.some(({ prefix }) => path.startsWith(prefix)),
      path,
    );
  }
});

describeInBrowser("loads of the latency report", process.env, (chromium) => {
  it("take all ways, with a new and with a warm connection, and are weighed", async () => {
    const seeds: number[] = [];
    await using site = await openSample(seeds);
    const browser = await launchChromium(chromium);
    await using cleanup = new AsyncDisposableStack();
    cleanup.defer(() => browser.close());
    await using proxy = await ShapingProxy.open(site.port, SHAPE);
    const { services, bff, html } = await repeat({ browser, site, proxy, emulated: undefined }, 3, true);
    assert.deepEqual(seeds, [6, 7, 6, 7, 6, 7], "every way meets the same delays");
    for (const connection of ["new", "warm"] as const) {
      const [four, one, page] = [services[connection], bff[connection], html?.[connection]];
      // Two calls one after the other: two round trips at least. A timer may fire a millisecond early.
      assert.ok(four.complete >= 2 * SHAPE.roundTripMs - 2, JSON.stringify(four));
      assert.ok(four.first <= four.independent && four.independent <= four.complete, JSON.stringify(four));
      assert.ok(four.bytes > one.bytes, "four requests and answers weigh more than one");
      assert.ok(page !== undefined && page.firstByte <= page.complete, JSON.stringify(page));
      assert.ok(page.firstSection > 0);
    }
    assert.equal(bff.new.degraded, true, "as the sample says");

    const unshaped = { roundTripMs: 0, downKbps: 1e6, upKbps: 1e6 };
    await using straight = await ShapingProxy.open(site.port, unshaped);
    const slow = { ...SHAPE, roundTripMs: 60 };
    const emulated = await repeat({ browser, site, proxy: straight, emulated: slow }, 0, false);
    assert.ok(emulated.services.warm.complete >= 100, "the browser delays each of two calls by 60 ms");
    const { warmMs } = await calibrateBrowser(browser, slow);
    assert.ok(warmMs >= 50, `${warmMs} ms`);
  });
});

/** A site that answers at once what the scripts look at, over HTTP. @param seeds notes how its services would be seeded */
async function openSample(seeds: number[]): Promise<Site> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("expected a TCP port, got none");
  return {
    scheme: "http",
    port: address.port,
    seed: async (seed) => void seeds.push(seed),
    token: async () => "token",
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

function answer(req: IncomingMessage, res: ServerResponse): void {
  const path = req.url?.split("?", 1)[0];
  if (req.headers.authorization !== "Bearer token") {
    res.writeHead(401).end();
  } else if (path === PATHS.page && req.headers.accept?.startsWith("text/html") === true) {
    res.writeHead(200, { "Content-Type": "text/html" });
    res.end("<!doctype html><main><section>Loading…</section><section>Hello</section></main>");
  } else {
    res.writeHead(200, { "Content-Type": "application/json" });
    res.end(JSON.stringify({ slots: [{ product: { id: "a" } }], degraded: ["orders"] }));
  }
}
