import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { it, test } from "node:test";
import { ROUTES } from "@triptych/gateway-app";
import { listen } from "@triptych/testing";
import { describeInBrowser } from "../e2e/testing/browser.ts";
import { sharedChromium } from "../e2e/testing/shared-browser.ts";
import { PATHS } from "./loads.ts";
import { repeat } from "./repetition.ts";
import { ShapingProxy } from "./shaping/shaping-proxy.ts";
import type { Site } from "./site.ts";

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
  it("load both ways, over a new and a warm connection, and count their bytes", async () => {
    const seeds: number[] = [];
    await using site = await openSample(seeds);
    const browser = await sharedChromium(chromium);
    await using proxy = await ShapingProxy.open(site.port, SHAPE);
    const { services, bff } = await repeat({ browser, site, proxy }, 3);
    assert.deepEqual(seeds, [6, 7, 6, 7], "both ways meet the same delays");
    for (const connection of ["new", "warm"] as const) {
      const [four, one] = [services[connection], bff[connection]];
      // Two calls one after the other: two round trips at least. A timer may fire a millisecond
      // early.
      assert.ok(four.complete >= 2 * SHAPE.roundTripMs - 2, JSON.stringify(four));
      assert.ok(four.first <= four.independent && four.independent <= four.complete, JSON.stringify(four));
      assert.ok(four.bytes > one.bytes, "four requests and answers weigh more than one");
    }
    assert.equal(bff.new.degraded, true, "as the sample says");
  });
});

/**
 * A site that answers at once what the scripts look at, over HTTP.
 * @param seeds notes how its services would be seeded
 */
async function openSample(seeds: number[]): Promise<Site> {
  const server = createServer(answer);
  return {
    scheme: "http",
    port: await listen(server),
    seed: async (seed) => void seeds.push(seed),
    token: async () => "token",
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

function answer(req: IncomingMessage, res: ServerResponse): void {
  if (req.headers.authorization !== "Bearer token") {
    res.writeHead(401).end();
  } else {
    res.writeHead(200, { "Content-Type": "application/json" });
    res.end(JSON.stringify({ slots: [{ product: { id: "a" } }], degraded: ["orders"] }));
  }
}
