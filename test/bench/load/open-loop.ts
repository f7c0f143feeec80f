import { setTimeout as wait } from "node:timers/promises";
import type { Ended, RawConnections } from "./raw-connections.ts";

/** What became of one request. Times on this process's clock, ms. */
export type Exchange = {
  /** When it should have been sent, whatever became of those before. */
  readonly dueAt: number;
  /** When the load came to it: later only where the load itself was too busy. */
  readonly triedAt: number;
  /** When it was. NaN for one that was given up. */
  readonly sentAt: number;
  readonly endedAt: number;
  /** `unsent`: no connection was free for too long. */
  readonly ended: Ended | "unsent";
};

export type OpenLoop = {
  readonly connections: RawConnections;
  /** The next request, as it goes over the wire. */
  readonly request: () => string;
  readonly perSecond: number;
  readonly seconds: number;
  /** In [0, 1); seeded, so that each run has the same gaps. */
  readonly random: () => number;
};

/** So long a request waits for a connection, as in the balancer in front of a BFF (`timeout queue` in apps/reverse-proxy/haproxy/haproxy.cfg), ms. */
const QUEUE_MS = 2_000;
/** How long answers may take after the last request, ms. */
const LAST_ANSWERS_MS = 3_000;

/**
 * An open loop: requests come at random at a rate (a Poisson process), as those of many people do, who do not wait for each other. A client that
 * asks again when it was answered would slow down with the program, and hide what it does (Schroeder, Wierman and Harchol-Balter, "Open
 * Versus Closed: A Cautionary Tale", NSDI 2006).
 *
 * A request for which no connection is free waits in a queue of the load's own, and is given up after 2 s. A connection that is refused or
 * breaks is that request's end: it is counted, and nothing is sent again.
 */
export async function openLoop(options: OpenLoop): Promise<readonly Exchange[]> {
  const { connections, request, perSecond, seconds, random } = options;
  const exchanges: Exchange[] = [];
  const queue: Pick<Exchange, "dueAt" | "triedAt">[] = [];
  const begin = performance.now();
  const end = begin + seconds * 1_000;
  let underWay = 0;

  const trySend = (due: Pick<Exchange, "dueAt" | "triedAt">): boolean => {
    const sentAt = performance.now();
    const sent = connections.trySend(request(), (ended) => {
      underWay -= 1;
      exchanges.push({ ...due, sentAt, endedAt: performance.now(), ended });
      sendQueued();
    });
    if (sent) underWay += 1;
    return sent;
  };
  const sendQueued = (): void => {
    for (;;) {
      const [due] = queue;
      if (due === undefined) return;
      const now = performance.now();
      const late = now - due.dueAt > QUEUE_MS;
      if (late) exchanges.push({ ...due, sentAt: Number.NaN, endedAt: now, ended: "unsent" });
      else if (!trySend(due)) return;
      queue.shift();
    }
  };

  let dueAt = begin;
  while (dueAt < end) {
    const now = performance.now();
    for (; dueAt <= now && dueAt < end; dueAt += (-Math.log(1 - random()) / perSecond) * 1_000) {
      const due = { dueAt, triedAt: performance.now() };
      if (queue.length > 0 || !trySend(due)) queue.push(due);
    }
    sendQueued();
    await wait(1);
  }
  for (let waited = 0; waited < LAST_ANSWERS_MS && underWay + queue.length > 0; waited += 10) {
    sendQueued();
    await wait(10);
  }
  return exchanges;
}
