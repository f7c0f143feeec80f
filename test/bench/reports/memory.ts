import { setTimeout as wait } from "node:timers/promises";
import { BARE_WEB, ROOMY_WEB_BFF } from "../contenders/contenders.ts";
import type { Running } from "../lab/lab.ts";
import { report } from "../report/report.ts";
import type { Figure, Report } from "../report/report.ts";

const PAGES = 2_000;
/** All pages are there before the first answer comes, in ms. */
const DELAY_MS = 3_000;
/** Between two looks, in ms: each look collects garbage, and the pages have to get on. */
const LOOK_MS = 1_000;
/**
 * Until undici has closed its idle connections (4 s), and V8 has seen several times, 8 s apart,
 * that little is asked of it, in s.
 */
const REST_S = 45;

/** One burst of pages, in bytes. */
type Burst = {
  /** What lives before it, and at most during it, after a garbage collection. */
  readonly live: number;
  readonly mostLive: number;
  /** What the process held of the machine before the burst, at its end, and after a rest. */
  readonly rss: number;
  readonly rssThen: number;
  readonly rssRested: number;
};

const MB = 1e6;
const PER_PAGE: Figure<Burst> = {
  head: "kB a page",
  of: ({ live, mostLive }) => (mostLive - live) / PAGES / 1_000,
  digits: 1,
  compared: true,
};
const RSS_KEPT: Figure<Burst> = {
  head: "RSS rested / before",
  of: ({ rss, rssRested }) => rssRested / rss,
  digits: 2,
};

/** What each of many pages in flight holds, and whether a process gives the memory back. */
export function memoryReport(): Report {
  return report<Burst>({
    name: "memory",
    title: "memory of 2,000 pages in flight",
    method: `A page's memory is what lives after a garbage collection while all ${PAGES.toLocaleString("en")} wait for their services, which take ${DELAY_MS / 1_000} s, its sockets included. The web BFF has room for them, as in the report on growth. RSS rested is after ${REST_S} s of few pages, without a forced collection.`,
    delayMs: DELAY_MS,
    programs: () =>
      [BARE_WEB, ROOMY_WEB_BFF].map((contender) => ({ contender, inFlight: PAGES, probed: true })),
    async warmUp({ client, bytes }) {
      await client.pages(64, bytes);
    },
    rounds: 1,
    async measure(running) {
      const { program, client, bytes } = running;
      const { rssBytes: rss } = await program.ask("now");
      const { heldBytes: live } = await program.ask("live");
      let mostLive = live;
      const burst = client.pages(PAGES, bytes);
      while ((await Promise.race([burst, wait(LOOK_MS, "waiting")])) === "waiting") {
        mostLive = Math.max(mostLive, (await program.ask("live")).heldBytes);
      }
      const { rssBytes: rssThen } = await program.ask("now");
      await rest(running);
      return { live, mostLive, rss, rssThen, rssRested: (await program.ask("now")).rssBytes };
    },
    figures: [
      PER_PAGE,
      { head: "live MB before", of: ({ live }) => live / MB },
      { head: "at most", of: ({ mostLive }) => mostLive / MB },
      { head: "RSS MB before", of: ({ rss }) => rss / MB },
      { head: "then", of: ({ rssThen }) => rssThen / MB },
      { head: "rested", of: ({ rssRested }) => rssRested / MB },
      RSS_KEPT,
    ],
    limits: [
      { figure: PER_PAGE, of: ROOMY_WEB_BFF.name, relation: "at most", limit: 60, goal: 40 },
      { figure: RSS_KEPT, of: ROOMY_WEB_BFF.name, relation: "at most", limit: 1.5 },
    ],
  });
}

/** As between two busy hours: a few pages at a time, while idle connections close. */
async function rest({ client, bytes }: Running): Promise<void> {
  const end = performance.now() + REST_S * 1_000;
  while (performance.now() < end) {
    await client.pages(16, bytes, 4);
    await wait(1_000);
  }
}
