import { setTimeout as wait } from "node:timers/promises";
import { Agent, request } from "undici";

export type HealthChecks = {
  readonly asked: number;
  readonly unanswered: number;
  readonly slowestMs: number;
};

/** As often and as patient as the balancer's (`inter` and `timeout check` in apps/reverse-proxy/haproxy/haproxy.cfg), ms. */
const EVERY_MS = 500;
const PATIENCE_MS = 5_000;

/** Asks a program's `/healthz` and `/readyz`, each over a connection of its own as balancers do, until `stop`. */
export function watchHealth(adminPort: number): { stop(): Promise<HealthChecks> } {
  const agent = new Agent({ headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS, pipelining: 0 });
  const took: number[] = [];
  let unanswered = 0;
  const stopping = new AbortController();
  const ask = async (path: string): Promise<void> => {
    const begin = performance.now();
    try {
      const { statusCode, body } = await request(`http://127.0.0.1:${adminPort}${path}`, {
        dispatcher: agent,
        reset: true,
      });
      await body.dump();
      if (statusCode !== 200) unanswered += 1;
      took.push(performance.now() - begin);
    } catch {
      unanswered += 1;
    }
  };
  const watch = async (): Promise<void> => {
    const asked: Promise<void>[] = [];
    while (!stopping.signal.aborted) {
      asked.push(ask("/healthz"), ask("/readyz"));
      await wait(EVERY_MS);
    }
    await Promise.all(asked);
  };
  const watching = watch();
  return {
    async stop() {
      stopping.abort();
      await watching;
      await agent.close();
      return { asked: took.length + unanswered, unanswered, slowestMs: Math.max(...took) };
    },
  };
}
