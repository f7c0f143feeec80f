import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { WEB_BFF } from "../contenders/contenders.ts";
import { pageCost } from "../measure/cpu-time.ts";
import { sum } from "../measure/statistics.ts";
import { report } from "../report/report.ts";
import type { Report } from "../report/report.ts";
import { PAGE_COST } from "./pages.ts";

const OFF = "no collector";
const UNSAMPLED = "a collector, pages not sampled";
const SAMPLED = "a collector, every page sampled";
/**
 * Two processes of one program differ by some percent, so a small cost shows only between several.
 */
const PROCESSES = 3;
/** The page's own, and one for each of its calls. */
const SPANS_PER_PAGE = 5;

/** What spans cost that are exported by OTLP, and what it costs to be ready for them. */
export function tracingReport(): Report {
  let spansOf: () => Promise<number> = async () => 0;
  return report<number>({
    name: "tracing",
    title: "tracing: spans exported by OTLP",
    method: `The web home page as it ships, ${PROCESSES} processes of each. The collector is a small HTTP server on the other core, which takes all that it is sent.`,
    async programs(lab) {
      const collector = lab.use(await startCollector());
      spansOf = () => collector.spansAfterSilence();
      const exporting = { ...WEB_BFF, env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin } };
      return Array.from({ length: PROCESSES }, () => [
        { name: OFF, contender: WEB_BFF },
        { name: UNSAMPLED, contender: exporting },
        { name: SAMPLED, contender: exporting, sampled: true },
      ]).flat();
    },
    rounds: 16,
    measure: (running) => pageCost(running, 300),
    figures: [PAGE_COST],
    limits: [
      { figure: PAGE_COST, of: SAMPLED, beside: OFF, relation: "at most", limit: 1.15 },
      { figure: PAGE_COST, of: UNSAMPLED, beside: OFF, relation: "at most", limit: 1.02 },
    ],
    async notes(programs) {
      const sampled = programs.find(({ name }) => name === SAMPLED)?.processes ?? [];
      const expected = sum(sampled.map(({ running }) => running.client.asked)) * SPANS_PER_PAGE;
      const share = ((await spansOf()) / expected) * 100;
      return [
        `${share.toFixed(0)}% of the sampled pages' ${expected} spans arrived. What does not fit into a full queue is dropped, and costs less.`,
      ];
    },
  });
}

/** Longer than the 5 s after which a batch is sent that is not full, in ms. */
const SILENCE_MS = 6_000;

/** A small OTLP receiver that takes what it is sent, and counts the spans in it. */
async function startCollector() {
  let spans = 0;
  let heardAt = 0;
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => void chunks.push(chunk));
    req.on("end", () => {
      // As text: parsing it would take the core's time from the load.
      spans += Buffer.concat(chunks).toString("latin1").split('"spanId"').length - 1;
      heardAt = performance.now();
      res.writeHead(200, { "Content-Type": "application/json" }).end("{}");
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("expected a TCP port, got none");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    /** How many spans came until nothing more came. */
    async spansAfterSilence() {
      const asked = performance.now();
      while (performance.now() - Math.max(asked, heardAt) < SILENCE_MS) await wait(100);
      return spans;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}
