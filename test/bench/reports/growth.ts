import { setTimeout as wait } from "node:timers/promises";
import { ROOMY_WEB_BFF } from "../contenders/variants.ts";
import { rssBytes } from "../measure/memory.ts";
import { pageCost } from "../measure/page-cost.ts";
import { quietest } from "../measure/statistics.ts";
import { takeTurns } from "../measure/take-turns.ts";
import { probed, readProbe } from "../probe/probe.ts";
import type { Reading } from "../probe/probe.ts";
import { verdict } from "../report/verdict.ts";
import type { Lab, Running } from "../processes/lab.ts";
import type { Report } from "./report.ts";

const DELAY_MS = 200;
const IN_FLIGHT = [1, 32, 256, 2_000] as const;
const MOST = 2_000;
/** Of the services, while memory is looked at: all pages are there before the first answer comes. */
const SLOW_MS = 3_000;
const LOOK_MS = 1_000;
/** Slices of each: enough pages for every place to be taken, few enough for one in flight, whose pages take 400 ms each. */
const PAGES: Readonly<Record<number, number>> = { 1: 6, 32: 256, 256: 1_024, 2_000: 4_000 };
const TURNS = 6;

const MOST_OF_BEST = 1.3;
const MOST_KB_PER_PAGE = 60;
/** Of what it was before the load: what a heap that is in use keeps for its next burst is no leak. */
const MOST_RSS_AFTER = 1.5;
/** Until undici closes idle connections (4 s) and the collector looks at what they were, s. */
const AFTER_S = 15;

/** What a page costs, in time and in memory, while more and more are under way. */
export const growth: Report = {
  title: "growth: up to 2,000 pages in flight",
  async run(lab) {
    const services = await lab.services({ delayMs: DELAY_MS });
    const contender = probed(ROOMY_WEB_BFF, await lab.folder("probe"));
    const running = await lab.start(contender, services);
    const { client, bytes, pid } = running;
    await client.pages(3_000, 256, bytes);
    await settle(running, contender.socket);
    const before = await readProbe(contender.socket);

    const waiting = await measureWaiting(lab);
    const costs = await takeTurns(IN_FLIGHT, TURNS, (inFlight) =>
      pageCost(running, { pages: PAGES[inFlight] ?? 0, inFlight }),
    );
    const peakBytes = rssBytes(pid);
    await settle(running, contender.socket);
    const after = await readProbe(contender.socket);

    const cpuUs = IN_FLIGHT.map((inFlight) => quietest(costs.get(inFlight) ?? []));
    const best = Math.min(...cpuUs);
    const worst = Math.max(...cpuUs);
    const perPage = (waiting.most.liveBytes - waiting.before.liveBytes) / MOST / 1_000;
    const mb = (value: number): string => `${(value / 1e6).toFixed(0)} MB`;
    return {
      services: services.description,
      findings: {
        method: `The web home page; each service answers after ${DELAY_MS} ms, so a page takes ${2 * DELAY_MS}. As it ships, a BFF lets 64 calls in flight at a service and refuses pages that it has no time for; here its bulkheads hold 8,192, its clock for deadlines goes at a fortieth of the speed, and nothing is refused. ${TURNS} slices of each in turn.`,
        columns: [
          { head: "pages in flight", numbers: true },
          { head: "CPU µs a page", numbers: true },
          { head: "× best", numbers: true },
        ],
        rows: IN_FLIGHT.map((inFlight, index) => [
          inFlight.toLocaleString("en"),
          (cpuUs[index] ?? Number.NaN).toFixed(0),
          ((cpuUs[index] ?? Number.NaN) / best).toFixed(2),
        ]),
        verdicts: [
          verdict({
            of: "CPU time of a page, the most beside the least",
            measured: worst / best,
            relation: "at most",
            limit: MOST_OF_BEST,
            unit: "×",
            compared: {
              project: { name: `${IN_FLIGHT[cpuUs.indexOf(worst)]} in flight`, value: worst },
              baseline: { name: `${IN_FLIGHT[cpuUs.indexOf(best)]} in flight`, value: best },
              unit: "µs",
            },
          }),
          verdict({
            of: `memory of each of ${MOST.toLocaleString("en")} pages in flight`,
            measured: perPage,
            relation: "at most",
            limit: MOST_KB_PER_PAGE,
            unit: "kB",
          }),
          verdict({
            of: "RSS after the load, beside before",
            measured: after.rssBytes / before.rssBytes,
            relation: "at most",
            limit: MOST_RSS_AFTER,
            unit: "×",
            compared: {
              project: { name: "after", value: after.rssBytes / 1e6 },
              baseline: { name: "before", value: before.rssBytes / 1e6 },
              unit: "MB",
            },
          }),
        ],
        notes: [
          `Memory of a page is what lives after a collection while all ${MOST.toLocaleString("en")} wait for their services, its sockets included. The process held ${mb(waiting.before.rssBytes)} before and ${mb(waiting.most.rssBytes)} then.`,
          `RSS was ${mb(before.rssBytes)} before the slices, ${mb(peakBytes)} after them, and ${mb(after.rssBytes)} when ${AFTER_S} s had passed.`,
          `What lives after a collection: ${mb(before.liveBytes)} before, ${mb(after.liveBytes)} after.`,
        ],
      },
    };
  },
};

/** What lives in a process while all its pages wait for services that take seconds, and before. */
async function measureWaiting(lab: Lab): Promise<{ readonly before: Reading; readonly most: Reading }> {
  const services = await lab.services({ delayMs: SLOW_MS });
  const contender = probed(ROOMY_WEB_BFF, await lab.folder("probe"));
  const { client, bytes, program } = await lab.start(contender, services);
  await client.pages(64, 64, bytes);
  const before = await readProbe(contender.socket);
  const burst = client.pages(MOST, MOST, bytes);
  const readings: Reading[] = [];
  // Seldom: each look collects garbage, and the pages have to get on.
  while ((await Promise.race([burst, wait(LOOK_MS, "waiting")])) === "waiting") {
    readings.push(await readProbe(contender.socket));
  }
  await program.stop();
  const most = readings.reduce((one, other) => (other.liveBytes > one.liveBytes ? other : one), before);
  return { before, most };
}

/** Lets it rest, as it would between two busy hours: a page now and then, while idle connections close and the collector does its work. */
async function settle({ client, bytes }: Running, socket: string): Promise<void> {
  for (let second = 0; second < AFTER_S; second += 1) {
    await client.pages(1, 1, bytes);
    await readProbe(socket);
    await wait(1_000);
  }
}
