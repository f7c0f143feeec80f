import { setTimeout as wait } from "node:timers/promises";
import { BARE_WEB } from "../contenders/contenders.ts";
import { ROOMY_WEB_BFF } from "../contenders/variants.ts";
import { cpuTimeNs } from "../measure/cpu-time.ts";
import { rssBytes } from "../measure/memory.ts";
import { pageCost } from "../measure/page-cost.ts";
import { quantile, quietest } from "../measure/statistics.ts";
import { takeTurns } from "../measure/take-turns.ts";
import { measureWaitingPages } from "../growth/waiting-pages.ts";
import { verdict } from "../report/verdict.ts";
import type { Lab, Running } from "../processes/lab.ts";
import type { RecordedServices } from "../services/recorded-services.ts";
import type { Report } from "./report.ts";

const DELAY_MS = 200;
const IN_FLIGHT = [1, 32, 256, 2_000] as const;
const MOST = 2_000;
/** Slices of each: enough pages for every place to be taken, few enough for one in flight, whose pages take 400 ms each. */
const PAGES: Readonly<Record<number, number>> = { 1: 8, 32: 256, 256: 1_024, 2_000: 4_000 };
const TURNS = 5;
const WARM_UP = 12_000;

const MOST_OF_BEST = 1.3;
const MOST_KB_PER_PAGE = 60;
/** Of what it was before the load: what a heap that is in use keeps for its next burst is no leak. */
const MOST_RSS_AFTER = 1.5;
/** Until undici closes idle connections (4 s), and V8 has seen several times, 8 s apart, that little is asked of it, s. */
const REST_S = 45;
const IDLE_MS = 3_000;

/** What a page costs, in time and in memory, while more and more are under way. */
export const growth: Report = {
  title: "growth: up to 2,000 pages in flight",
  async run(lab) {
    const waiting = await measureWaitingPages(lab, MOST);
    const services = await lab.services({ delayMs: DELAY_MS });
    // One program for each level: what one's end leaves to be done, such as closing 8,000 sockets, is none of another's cost.
    const levels = new Map<number, Running>();
    for (const inFlight of IN_FLIGHT) levels.set(inFlight, await startLevel(lab, services));
    const fullest = levels.get(MOST);
    if (fullest === undefined) throw new RangeError(`expected a level of ${MOST} pages in flight`);
    await rest(fullest);
    // Before there ever were so many: what a first load of that size leaves behind, is left behind by the load.
    const beforeBytes = rssBytes(fullest.pid);
    await fullest.client.pages(WARM_UP, MOST, fullest.bytes);

    const samples = await takeTurns([...levels], TURNS, ([inFlight, running]) => slice(running, inFlight));
    const peakBytes = rssBytes(fullest.pid);
    const alone = levels.get(1);
    const bare = await lab.start(BARE_WEB, services);
    await bare.client.pages(WARM_UP, 256, bare.bytes);
    const bareAlone = quietest(await several(() => slice(bare, 1)));
    const idleUs = alone === undefined ? Number.NaN : await idleCost(alone);
    await rest(fullest);
    const afterBytes = rssBytes(fullest.pid);

    const costs = new Map([...samples].map(([[inFlight], own]) => [inFlight, own]));
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
          { head: "slices, least to most", numbers: true },
        ],
        rows: IN_FLIGHT.map((inFlight, index) => [
          inFlight.toLocaleString("en"),
          (cpuUs[index] ?? Number.NaN).toFixed(0),
          ((cpuUs[index] ?? Number.NaN) / best).toFixed(2),
          [0, 1].map((share) => quantile(costs.get(inFlight) ?? [], share).toFixed(0)).join(" to "),
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
            measured: afterBytes / beforeBytes,
            relation: "at most",
            limit: MOST_RSS_AFTER,
            unit: "×",
            compared: {
              project: { name: "after", value: afterBytes / 1e6 },
              baseline: { name: "before", value: beforeBytes / 1e6 },
              unit: "MB",
            },
          }),
        ],
        notes: [
          `With 1 in flight the process sleeps nearly all the time, and pays for waking up: the bare program's page costs ${bareAlone.toFixed(0)} µs there. In the ${2 * DELAY_MS} ms of a page the BFF takes ${idleUs.toFixed(0)} µs when nobody asks for any.`,
          `Memory of a page is what lives after a collection while all ${MOST.toLocaleString("en")} wait for their services, its sockets included: ${mb(waiting.most.liveBytes)}, and ${mb(waiting.before.liveBytes)} before. The process held ${mb(waiting.before.rssBytes)} before and ${mb(waiting.most.rssBytes)} then.`,
          `RSS of the process with ${MOST.toLocaleString("en")} in flight was ${mb(beforeBytes)} when it had had at most 256, ${mb(peakBytes)} after the slices, and ${mb(afterBytes)} after ${REST_S} s of a few pages each; nobody asked for a collection.`,
        ],
      },
    };
  },
};

function several(work: () => Promise<number>): Promise<readonly number[]> {
  return takeTurns(["one"], TURNS, work).then((samples) => samples.get("one") ?? []);
}

/** What a process takes of the core while it does nothing, µs in the time of a page. */
async function idleCost({ pid }: Running): Promise<number> {
  const before = cpuTimeNs(pid);
  await wait(IDLE_MS);
  return ((cpuTimeNs(pid) - before) / 1_000) * ((2 * DELAY_MS) / IDLE_MS);
}

/** A program that has compiled what it needs. */
async function startLevel(lab: Lab, services: RecordedServices): Promise<Running> {
  const running = await lab.start(ROOMY_WEB_BFF, services);
  await running.client.pages(WARM_UP, 256, running.bytes);
  return running;
}

/** A slice at one level. Its first round does not count: the connections of the level's last slice may have been closed meanwhile. */
async function slice(running: Running, inFlight: number): Promise<number> {
  await running.client.pages(inFlight, inFlight, running.bytes);
  return pageCost(running, { pages: PAGES[inFlight] ?? 0, inFlight });
}

/** Lets it rest, as between two busy hours: a few pages a second, while idle connections close and the collector does its work unasked. */
async function rest({ client, bytes }: Running): Promise<void> {
  for (let second = 0; second < REST_S; second += 1) {
    await client.pages(16, 4, bytes);
    await wait(1_000);
  }
}
