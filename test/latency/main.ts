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
import { runCommand } from "@triptych/testing/program";
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

await runCommand("latency-report", "npm run latency-report -- [--quick | --write]", async () => {
  const flag = { type: "boolean", default: false } as const;
  const { quick, write } = parseArgs({ options: { quick: flag, write: flag } }).values;
  if (quick && write) throw new TypeError("--write expects a whole run, got --quick too: leave one out");
  const chromium = process.env["CHROMIUM_PATH"] ?? CHROMIUM_PATH;
  if (!existsSync(chromium)) {
    throw new TypeError(`there is no ${chromium}: install Chromium, or set CHROMIUM_PATH`);
  }
  if (findHaproxy() === undefined)
    throw new TypeError("HAProxy is not installed: apt-get install haproxy openssl");

  await using site = await openSite();
  const run = await runAll({ site, chromium, quick, budgetMs: quick ? 8_000 : 150_000, print });
  const environment = environmentLine(undefined);
  const tables = tablesOf(run.cells).map(
    ({ title, columns, rows }) => `### ${title}\n\n${markdownTable(columns, rows)}`,
  );
  const text = [`${conditionsOf(run)} ${environment}.`, ...tables].join("\n\n");
  print(text);
  if (!write) return;
  const numbers = { environment, delays: DELAYS, ...run };
  const chart = barChart("ms until the home page's data is complete, by network", dataBars(run.cells));
  const written = writeDocument(
    "latency",
    { name: "latency", text },
    { "latency.json": `${JSON.stringify(numbers, undefined, 2)}\n`, "data.svg": chart },
  );
  print(`written: ${written.join(", ")}`);
});

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
