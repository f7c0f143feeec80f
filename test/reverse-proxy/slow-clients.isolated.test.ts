import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { createMetrics, createLogger, serve } from "@triptych/service-kit";
import { Agent, request } from "undici";
import { missing, runProxy } from "./testing/proxy.ts";
import { RecordingGateway } from "./testing/recording-gateway.ts";
import type { SlowClients } from "./testing/slow-clients.ts";

const HOST = "127.0.0.1";
const SOCKETS = 1_000;
const SAMPLES = 200;
/** All slow connections must be closed after this long. */
const CLOSED_WITHIN_MS = 20_000;
/**
 * A busy machine has hiccups: below this time, twice as long is only noise.
 */
const NOISE_MS = 25;

/**
 * The processes that a request passes: proxy, gateway, proxy, client. Each may be delayed.
 */
const HOPS = 4;

interface Server {
  readonly origin: string;
  readonly agent: Agent;
  readonly port: number;
  /** The certificate to trust; undefined for plain HTTP. */
  readonly ca: string | undefined;
}

/** A proxy that has just started may not have checked its gateways yet. */
async function untilAnswered({ origin, agent }: Server): Promise<void> {
  for (;;) {
    const { statusCode, body } = await request(`${origin}/web/home-page`, { dispatcher: agent });
    await body.dump();
    if (statusCode === 200) return;
    await setTimeout(50);
  }
}

/** The slowest of a hundred requests, in milliseconds, one after the other. */
async function p99({ origin, agent }: Server): Promise<number> {
  const times: number[] = [];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const startedAt = performance.now();
    const { statusCode, body } = await request(`${origin}/web/home-page`, { dispatcher: agent });
    await body.dump();
    assert.equal(statusCode, 200);
    times.push(performance.now() - startedAt);
  }
  return times.toSorted((a, b) => a - b)[Math.ceil(SAMPLES * 0.99) - 1] ?? 0;
}

/** The best of three, so that the machine's other work is not in it. */
async function best(server: Server): Promise<number> {
  return Math.min(await p99(server), await p99(server), await p99(server));
}

/** How late an idle thread ran since it was last asked, ms. */
async function lateMs(idle: Worker): Promise<number> {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has one other end and no origin
  idle.postMessage("how late?");
  const [late]: unknown[] = await once(idle, "message");
  return Number(late);
}

/**
 * Opens slow clients to a server, in a thread of their own, and measures other requests meanwhile.
 */
async function withstand(server: Server): Promise<void> {
  await untilAnswered(server);
  await p99(server);
  const before = await best(server);
  const { port, ca } = server;
  const idle = new Worker(new URL("testing/slow-clients.ts", import.meta.url));
  const worker = new Worker(new URL("testing/slow-clients.ts", import.meta.url), {
    workerData: { port, ca, count: SOCKETS } satisfies SlowClients,
  });
  try {
    const startedAt = performance.now();
    await once(worker, "message");
    const closed = once(worker, "message");
    await lateMs(idle);
    const limit = Math.max(before * 2, NOISE_MS);
    let during = await p99(server);
    for (let more = 2; more > 0 && during > limit; more -= 1) during = Math.min(during, await p99(server));
    const noise = HOPS * (await lateMs(idle));
    assert.ok(
      during <= limit + noise,
      `the slowest in a hundred took ${before.toFixed(1)} ms before and ${during.toFixed(1)} ms under it, ${noise.toFixed(1)} of them the machine's`,
    );
    const late = setTimeout(CLOSED_WITHIN_MS - (performance.now() - startedAt), "late", { ref: false });
    assert.notEqual(await Promise.race([closed, late]), "late", "some are still open after 20 s");
  } finally {
    await Promise.all([worker.terminate(), idle.terminate()]);
    await server.agent.destroy();
  }
}

describe("a thousand clients that never finish their headers slow others little, and are disconnected within 20 s", () => {
  for (const name of ["haproxy", "nginx"] as const) {
    it(`at ${name}`, { skip: missing(name) ?? false }, async () => {
      await using gateway = await new RecordingGateway().start();
      await using proxy = await runProxy(name, [gateway]);
      const { ca, httpsPort } = proxy;
      await withstand({
        origin: `https://${HOST}:${httpsPort}`,
        agent: new Agent({ connect: { ca } }),
        port: httpsPort,
        ca,
      });
    });
  }

  it("at the gateway", async () => {
    const metrics = createMetrics({ name: "gateway", processMetrics: false });
    const serving = await serve({
      name: "gateway",
      app: (_req, res) => void res.end("ok"),
      port: 0,
      adminPort: 0,
      host: HOST,
      logger: createLogger({ name: "gateway", level: "silent", metrics }),
      metrics,
      signals: [],
    });
    await withstand({
      origin: `http://${HOST}:${serving.port}`,
      agent: new Agent(),
      port: serving.port,
      ca: undefined,
    });
    await serving.stop();
  });
});
