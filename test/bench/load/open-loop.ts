import { setTimeout as wait } from "node:timers/promises";
import type { Answer, PageClient } from "./page-client.ts";

/** One request of an open loop. Times are this process's, in ms. */
export type Exchange = {
  /** When it had to be sent, whatever became of those before it. */
  readonly dueAt: number;
  /** When the load got to it. Later than `dueAt` only where the load itself was too busy. */
  readonly triedAt: number;
  /** NaN for one that was never sent. */
  readonly sentAt: number;
  readonly endedAt: number;
  /** `unsent`: it waited too long for a free connection. */
  readonly ended: Answer | "unsent";
};

type Due = Pick<Exchange, "dueAt" | "triedAt">;

/**
 * How long a request waits for a connection, in ms: as in the load balancer in front of a BFF
 * (`timeout queue` in apps/reverse-proxy/haproxy/haproxy.cfg).
 */
const QUEUE_MS = 2_000;
/** How long answers may take after the last request, in ms. */
const LAST_ANSWERS_MS = 3_000;

/**
 * Sends requests at random intervals at a rate (a Poisson process), as many independent people do.
 * A client that waits for its answer before it asks again would slow down together with the
 * program, and hide what it does (Schroeder, Wierman and Harchol-Balter, "Open Versus Closed: A
 * Cautionary Tale", NSDI 2006).
 *
 * A request without a free connection waits in a queue of the load's own and is given up after 2 s.
 * A connection that is refused or breaks ends its request: it is counted, and nothing is sent
 * again.
 *
 * @param options.random in [0, 1); seeded, so that each run has the same gaps
 */
export async function openLoop(
  client: PageClient,
  options: { readonly perSecond: number; readonly seconds: number; readonly random: () => number },
): Promise<readonly Exchange[]> {
  const { perSecond, seconds, random } = options;
  const exchanges: Exchange[] = [];
  const queue: Due[] = [];
  let inFlight = 0;

  const send = async (due: Due): Promise<void> => {
    inFlight += 1;
    const sentAt = performance.now();
    const ended = await client.ask();
    inFlight -= 1;
    exchanges.push({ ...due, sentAt, endedAt: performance.now(), ended });
    sendQueued();
  };
  const sendQueued = (): void => {
    for (let [due] = queue; due !== undefined; [due] = queue) {
      const now = performance.now();
      const late = now - due.dueAt > QUEUE_MS;
      if (!late && inFlight >= client.inFlight) return;
      queue.shift();
      if (late) exchanges.push({ ...due, sentAt: Number.NaN, endedAt: now, ended: "unsent" });
      else void send(due);
    }
  };

  let dueAt = performance.now();
  const end = dueAt + seconds * 1_000;
  while (dueAt < end) {
    const now = performance.now();
    for (; dueAt <= now && dueAt < end; dueAt += (-Math.log(1 - random()) / perSecond) * 1_000) {
      queue.push({ dueAt, triedAt: performance.now() });
      sendQueued();
    }
    await wait(1);
    sendQueued();
  }
  for (let waited = 0; waited < LAST_ANSWERS_MS && inFlight + queue.length > 0; waited += 10) {
    await wait(10);
    sendQueued();
  }
  return exchanges;
}
