import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { RecordingUpstream } from "@triptych/testing";
import { ROOT, WEB_BFF } from "../contenders/contenders.ts";
import { pageCost } from "../measure/cpu-time.ts";
import { sum } from "../measure/statistics.ts";
import { report } from "../report/report.ts";
import type { Report } from "../report/report.ts";
import { PAGE_COST } from "./pages.ts";

const OFF = "no collector";
const UNSAMPLED = "a collector, pages not sampled";
const SAMPLED = "a collector, every page sampled";
const WATCHED = "the same, and watched by the console";
/** The page's own, and one for each of its four sections and its four calls. */
const SPANS_PER_PAGE = 9;
/** What the console loads into an app, as `npm start` does it. */
const CONSOLE_PROBE = join(ROOT, "packages/console/src/probe/main.ts");
/** Longer than the 5 s after which a batch is sent that is not full, in ms. */
const SILENCE_MS = 6_000;

/** What spans cost that are exported by OTLP, and what it costs to be ready for them. */
export function tracingReport(): Report {
  const collectors: RecordingUpstream[] = [];
  return report<number>({
    name: "tracing",
    title: "tracing: spans exported by OTLP",
    method:
      "The web home page as it ships, in three processes of each, started on different occasions. The collector is a small HTTP server on the other core, which takes all that it is sent.",
    occasions: 3,
    async programs(lab) {
      const collector = lab.use(new RecordingUpstream());
      collectors.push(collector);
      const origin = await collector.listen();
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: origin };
      const exporting = { ...WEB_BFF, env };
      const probe = {
        CONSOLE_URL: origin,
        CONSOLE_APP: "web-bff",
        // The probe does nothing in production.
        NODE_ENV: "development",
        NODE_OPTIONS: `--import=${CONSOLE_PROBE}`,
      };
      return [
        { name: OFF, contender: WEB_BFF },
        { name: UNSAMPLED, contender: exporting },
        { name: SAMPLED, contender: exporting, sampled: true },
        { name: WATCHED, contender: { ...WEB_BFF, env: { ...env, ...probe } }, sampled: true },
      ];
    },
    rounds: 16,
    measure: (running) => pageCost(running, 300),
    figures: [PAGE_COST],
    limits: [
      { figure: PAGE_COST, of: SAMPLED, beside: OFF, relation: "at most", limit: 1.15, goal: 1.1 },
      { figure: PAGE_COST, of: UNSAMPLED, beside: OFF, relation: "at most", limit: 1.02, goal: 1.01 },
      { figure: PAGE_COST, of: WATCHED, beside: SAMPLED, relation: "at most", limit: 1.02, goal: 1.01 },
    ],
    async notes(programs) {
      const sampled = programs
        .filter(({ name }) => name === SAMPLED || name === WATCHED)
        .flatMap(({ processes }) => processes);
      const told = collectors.flatMap(({ requests }) => requests).filter(({ url }) => url === "/development");
      assert.ok(told.length > 0, "the console should have been told of pages");
      const expected = sum(sampled.map(({ running }) => running.client.asked)) * SPANS_PER_PAGE;
      const share = ((await spansAfterSilence(collectors)) / expected) * 100;
      return [
        `${share.toFixed(0)}% of the sampled pages' ${expected} spans arrived. What does not fit into a full queue is dropped, and costs less.`,
      ];
    },
  });
}

/** How many spans came until nothing more came. */
async function spansAfterSilence(collectors: readonly RecordingUpstream[]): Promise<number> {
  const requests = () => collectors.flatMap((collector) => collector.requests);
  for (let before = -1; before !== requests().length; await wait(SILENCE_MS)) before = requests().length;
  return sum(requests().map(({ body }) => body.split('"spanId"').length - 1));
}
