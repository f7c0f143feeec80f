/**
 * `npm run bench`: what a page costs the project's BFFs, by CPU time of the process, beside programs that answer the same page without
 * any protection; and what else there are limits for.
 *
 *     npm run bench                      everything
 *     npm run bench -- overload start    some reports
 *     npm run bench -- --write           and the numbers into docs/performance.md
 *     npm run bench -- --quick           the project against the bare program, in about a minute
 *     npm run bench -- --quick --base main   and against the project of another commit
 */
import { once } from "node:events";
import { compareWithBase } from "./base/compare-with-base.ts";
import { USAGE, readOptions } from "./command/options.ts";
import type { Options, ReportName } from "./command/options.ts";
import { format } from "./documents/format.ts";
import { writeFindings } from "./documents/findings.ts";
import { writePages } from "./documents/pages.ts";
import { whyNotMeasurable } from "./measure/cpu-time.ts";
import { Lab } from "./processes/lab.ts";
import { describeEnvironment, environmentLine } from "./report/environment.ts";
import type { Environment } from "./report/environment.ts";
import { renderFindings } from "./report/findings.ts";
import { measurePages, renderGroup } from "./reports/pages.ts";
import { SUBJECTS } from "./reports/reports.ts";

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const fail = (message: string): never => {
  process.stderr.write(`bench: ${message}\n`);
  process.exit(1);
};

function optionsOrFail(): Options {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)} (usage: ${USAGE})`);
  }
}

const { quick, write, base, reports } = optionsOrFail();
const obstacle = whyNotMeasurable();
if (obstacle !== undefined) fail(obstacle);
const npm = process.env["npm_execpath"];

if (base === undefined) {
  for (const name of reports) await inLab(async (lab) => runReport(lab, name));
} else {
  await inLab((lab) => compareWithBase(lab, { base, npm, print }));
}

/** Each report has a lab of its own, so that nothing of one runs during the next. */
async function inLab(work: (lab: Lab) => Promise<void>): Promise<void> {
  await using lab = await Lab.open({ pinned: true });
  const stopping = new AbortController();
  let stopped: Promise<void> | undefined;
  // A Ctrl-C comes several times: from the terminal, and from each process that passes it on.
  const stop = (): void => {
    stopping.abort();
    stopped ??= lab[Symbol.asyncDispose]().finally(() => process.exit(1));
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
  try {
    await work(lab);
  } catch (error) {
    // What is under way breaks when the lab ends; what matters then is that nothing is left behind.
    if (!stopping.signal.aborted) throw error;
    await once(process, "exit");
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stop);
}

async function runReport(lab: Lab, name: ReportName): Promise<void> {
  let written: string[];
  if (name === "pages") {
    const { services, groups } = await measurePages(lab, { quick, npm, print });
    const environment = tellEnvironment(lab, services);
    for (const group of groups) print(`\n${renderGroup(group)}`);
    const missing = groups.flatMap((group) => group.missing);
    // docs/performance.md keeps the last run with all programs.
    if (write && missing.length > 0) {
      process.exitCode = 1;
      print(`${name} was not written, since not all programs took part: see "not measured" above`);
    }
    written = write && missing.length === 0 ? writePages({ environment, groups }) : [];
  } else {
    const { title, run } = SUBJECTS[name];
    print(`\n${title}`);
    const { findings, services } = await run(lab);
    print(renderFindings(findings));
    const environment = tellEnvironment(lab, services);
    written = write ? writeFindings(name, environment, findings) : [];
  }
  if (written.length === 0) return;
  format(written);
  print(`written: ${written.join(", ")}`);
}

function tellEnvironment(lab: Lab, services: string): Environment {
  const environment = describeEnvironment({ pinned: lab.pinnedLine, services });
  print(environmentLine(environment));
  return environment;
}
