import { WEB_BFF } from "../contenders/contenders.ts";
import { slope } from "../measure/statistics.ts";
import { probed, readProbe } from "../probe/probe.ts";
import { verdict } from "../report/verdict.ts";
import type { Report } from "./report.ts";

/** An hour's worth: this many pages a second for an hour, each another user's, as fast as the program can. */
const PER_SECOND = 15;
const PAGES = PER_SECOND * 3_600;
/** Before anything counts: until compiled code and pools are what they will be. */
const WARM_UP = 6_000;
const LOOKS = 60;
const IN_FLIGHT = 16;
/** Of an hour: less than what a collection is good for, and 18 bytes a page. */
const MOST_GROWTH_MB = 1;

/** Whether what lives on the heap grows with the number of pages answered. */
export const soak: Report = {
  title: "soak: an hour's worth of pages",
  async run(lab) {
    const services = await lab.services();
    const contender = probed(WEB_BFF, await lab.folder("probe"));
    const { client, bytes } = await lab.start(contender, services);
    await client.pages(WARM_UP, IN_FLIGHT, bytes);
    const first = await readProbe(contender.socket);
    const points: (readonly [pages: number, bytes: number])[] = [];
    let broken = 0;
    const begin = performance.now();
    for (let look = 1; look <= LOOKS; look += 1) {
      broken += await client.pages(PAGES / LOOKS, IN_FLIGHT, bytes);
      points.push([(look * PAGES) / LOOKS, (await readProbe(contender.socket)).liveBytes]);
    }
    const seconds = (performance.now() - begin) / 1_000;
    const last = await readProbe(contender.socket);
    const line = slope(points);
    const overAnHour = (bytesPerPage: number): number => (bytesPerPage * PAGES) / 1e6;
    const row = (name: string, liveBytes: number, rssBytes: number) => [
      name,
      (liveBytes / 1e6).toFixed(2),
      (rssBytes / 1e6).toFixed(0),
    ];
    return {
      services: services.description,
      findings: {
        method: `${PAGES.toLocaleString("en")} home pages of as many users, an hour of ${PER_SECOND} a second, in ${seconds.toFixed(0)} s; what lives after a collection at ${LOOKS} looks, after ${WARM_UP.toLocaleString("en")} pages that do not count.`,
        columns: [{ head: "web-bff" }, { head: "live MB", numbers: true }, { head: "RSS MB", numbers: true }],
        rows: [row("before", first.liveBytes, first.rssBytes), row("after", last.liveBytes, last.rssBytes)],
        verdicts: [
          verdict({
            of: "the heap's growth over the hour, upper end of its 95% interval",
            measured: overAnHour(line.to),
            relation: "at most",
            limit: MOST_GROWTH_MB,
            unit: "MB",
            compared: {
              project: { name: "after", value: last.liveBytes / 1e6 },
              baseline: { name: "before", value: first.liveBytes / 1e6 },
              unit: "MB",
            },
          }),
        ],
        notes: [
          `The slope is ${line.slope.toFixed(2)} bytes a page, 95% interval ${line.from.toFixed(2)} to ${line.to.toFixed(2)}: ${overAnHour(line.from).toFixed(2)} to ${overAnHour(line.to).toFixed(2)} MB over the hour.`,
          ...(broken === 0 ? [] : [`${broken} pages were not whole: the machine paused.`]),
        ],
      },
    };
  },
};
