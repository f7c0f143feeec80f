/**
 * `npm run bench`: what a page costs the project's BFFs, beside programs that answer the same page
 * without any protection, and whatever else there are limits for.
 *
 *     npm run bench                          everything
 *     npm run bench -- overload start        some reports
 *     npm run bench -- --write               and the numbers into docs/performance.md
 *     npm run bench -- --quick               the web home page beside the bare program's
 *     npm run bench -- --quick --base main   and beside that of another commit
 */
import { ensureInstalled } from "@triptych/cli/install";
import { runCommand } from "@triptych/testing/program";
import { checkOut, findBase } from "./base/checkout.ts";
import { PEERS_FOLDER, ROOT } from "./contenders/contenders.ts";
import { whyNotMeasurable } from "./measure/cpu-time.ts";
import { USAGE, isAsked, readOptions } from "./options.ts";
import { barChart } from "./report/bar-chart.ts";
import { readFindings, writeDocument } from "./report/documents.ts";
import { aimsMarkdown, findingsMarkdown } from "./report/findings.ts";
import type { Findings } from "./report/findings.ts";
import type { Report } from "./report/report.ts";
import { gatewayReport } from "./reports/gateway.ts";
import { growthReport } from "./reports/growth.ts";
import { latencyReport } from "./reports/latency.ts";
import { memoryReport } from "./reports/memory.ts";
import { overloadReport } from "./reports/overload.ts";
import { pagesReports, quickReport } from "./reports/pages.ts";
import { promisesReport } from "./reports/promises.ts";
import { startReport } from "./reports/start.ts";
import { tracingReport } from "./reports/tracing.ts";

const npm = process.env["npm_execpath"];
const print = (text: string): void => void process.stdout.write(`${text}\n`);

const REPORTS: readonly Report[] = [
  ...pagesReports(),
  promisesReport(),
  gatewayReport(),
  latencyReport(),
  growthReport(),
  memoryReport(),
  tracingReport(),
  overloadReport(),
  startReport(),
];

// What was started ends with this process, however it ends.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
await runCommand("bench", USAGE, async () => {
  const obstacle = whyNotMeasurable();
  if (obstacle !== undefined) throw new TypeError(obstacle);
  const names = REPORTS.map(({ name }) => name);
  const { quick, base, reports, write } = readOptions(process.argv.slice(2), names);
  if (base !== undefined) await compareWithBase(base);
  else if (quick) await measure(quickReport(undefined));
  else {
    const isWanted = ({ name }: Report) => reports.some((asked) => isAsked(name, asked));
    await runAll(reports.length === 0 ? REPORTS : REPORTS.filter(isWanted), write);
  }
});

async function compareWithBase(ref: string): Promise<void> {
  const base = await findBase(ROOT, ref);
  if ("why" in base) {
    print(`not compared with ${ref}: ${base.why}`);
    return;
  }
  await using checkout = await checkOut(ROOT, base, { npm, print });
  await measure(quickReport(checkout));
}

async function runAll(reports: readonly Report[], write: boolean): Promise<void> {
  for (const report of reports) {
    // Only the reports on pages have peers.
    if (report.name.startsWith("pages")) await installPeers();
    const findings = await measure(report);
    if (write) writeDown(report.name, findings);
  }
}

async function measure(report: Report): Promise<Findings> {
  print(`\nmeasuring: ${report.title} …`);
  const findings = await report.run();
  print(findingsMarkdown(findings));
  return findings;
}

async function installPeers(): Promise<void> {
  try {
    await ensureInstalled({ root: PEERS_FOLDER, npm, log: (line) => print(`test/bench/peers: ${line}`) });
  } catch (error) {
    // Those that lack their packages do not start, and are left out.
    print(error instanceof Error ? error.message : String(error));
  }
}

function writeDown(name: string, findings: Findings): void {
  if (findings.leftOut.length > 0) {
    // docs/performance.md keeps the last run with all programs.
    print(`${name} was not written, since not all programs took part`);
    process.exitCode = 1;
    return;
  }
  const { title, bars } = findings;
  const chart = bars.length === 0 ? {} : { [`${name}.svg`]: barChart(title, bars) };
  const numbers = `${JSON.stringify(findings, undefined, 2)}\n`;
  const block = { name, text: findingsMarkdown(findings) };
  const written = writeDocument("performance", block, { [`${name}.json`]: numbers, ...chart });
  print(`written: ${written.join(", ")}`);
  writeDocument("performance", { name: "aims", text: aimsMarkdown(writtenFindings()) }, {});
}

/** What each report found in its last written run. */
function writtenFindings(): readonly Findings[] {
  return REPORTS.flatMap(({ name }) => readFindings("performance", name) ?? []);
}
