/**
 * `npm run latency-report`: when does a BFF pay? A real browser loads the home page's data by four
 * calls to the services and by one to the BFF, over several networks.
 *
 *     npm run latency-report               everything, in a quarter of an hour
 *     npm run latency-report -- --write    and the numbers into docs/latency.md
 *     npm run latency-report -- --quick    with few repetitions
 */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { findHaproxy } from "@triptych/cli/haproxy";
import { answerHelp } from "@triptych/testing/program";
import { barChart } from "../bench/report/bar-chart.ts";
import { writeDocument } from "../bench/report/documents.ts";
import { environmentLine } from "../bench/report/findings.ts";
import { markdownTable } from "../bench/report/table.ts";
import { CHROMIUM_PATH } from "../e2e/testing/browser.ts";
import { runAll } from "./run.ts";
import type { LatencyRun } from "./run.ts";
import { DELAYS, openSite } from "./site.ts";
import { dataBars, tablesOf } from "./tables.ts";

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const fail = (message: string): never => {
  process.stderr.write(`latency-report: ${message}\n`);
  process.exit(1);
};

const USAGE = "npm run latency-report -- [--quick | --write]";

answerHelp("latency-report", `Usage: ${USAGE}`);
const { quick, write } = optionsOrFail();
const chromium = process.env["CHROMIUM_PATH"] ?? CHROMIUM_PATH;
if (!existsSync(chromium)) fail(`there is no ${chromium}: install Chromium, or set CHROMIUM_PATH`);
if (findHaproxy() === undefined) fail("HAProxy is not installed: apt-get install haproxy openssl");

await using site = await openSite();
const run = await runAll({ site, chromium, quick, budgetMs: quick ? 8_000 : 150_000, print });
const environment = environmentLine(undefined);
const tables = tablesOf(run.cells).map(
  ({ title, columns, rows }) => `### ${title}\n\n${markdownTable(columns, rows)}`,
);
const text = [`${conditionsOf(run)} ${environment}.`, ...tables].join("\n\n");
print(text);
if (write) {
  const numbers = { environment, delays: DELAYS, ...run };
  const written = writeDocument(
    "latency",
    { name: "latency", text },
    {
      "latency.json": `${JSON.stringify(numbers, undefined, 2)}\n`,
      "data.svg": barChart("ms until the home page's data is complete, by network", dataBars(run.cells)),
    },
  );
  print(`written: ${written.join(", ")}`);
}

function optionsOrFail(): { readonly quick: boolean; readonly write: boolean } {
  const flag = { type: "boolean", default: false } as const;
  try {
    const { values } = parseArgs({ options: { quick: flag, write: flag } });
    if (!values.quick || !values.write) return values;
    return fail(`--write expects a whole run, got --quick too: leave one out (usage: ${USAGE})`);
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)} (usage: ${USAGE})`);
  }
}

/** What the tables were measured with, in sentences. */
function conditionsOf({ cells, browserVersion }: LatencyRun): string {
  const delays = Object.entries(DELAYS).map(
    ([name, delay]) => `${name} ${delay.medianMs} and ${delay.p99Ms}`,
  );
  const counts = cells
    .filter(({ connection }) => connection === "new")
    .map(({ network, protocol, repetitions }) => `${network} over ${protocol} ${repetitions}`);
  const degraded = cells.reduce((sum, cell) => sum + cell.degraded, 0);
  return [
    `The services take log-normal times, by a seed; median and 99th percentile in ms: ${delays.join(", ")}.`,
    `Repetitions: ${counts.join(", ")}; in brackets the 95% interval of their median.`,
    `${degraded} of the BFF's answers lacked a part, since its deadline had passed.`,
    `Chromium ${browserVersion};`,
  ].join(" ");
}
