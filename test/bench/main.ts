/**
 * `npm run bench`: what a page costs the project's BFFs, by CPU time of the process, beside programs that answer the same page without
 * any protection.
 *
 *     npm run bench                      everything
 *     npm run bench -- --quick           the project against the bare program, in about a minute
 *     npm run bench -- --only pages      one report
 */
import { USAGE, readOptions } from "./command/options.ts";
import type { Options } from "./command/options.ts";
import { GROUPS } from "./contenders/contenders.ts";
import { whyNotMeasurable } from "./measure/cpu-time.ts";
import { Lab } from "./processes/lab.ts";
import { describeEnvironment, environmentLine } from "./report/environment.ts";
import { measureGroup, renderGroup } from "./reports/pages.ts";

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

const options = optionsOrFail();
const effort = options.quick
  ? { warmUpPages: 2_000, turns: 12, pagesPerSlice: 300, onlyBaseline: true }
  : { warmUpPages: 4_000, turns: 40, pagesPerSlice: 400, onlyBaseline: false };

const obstacle = whyNotMeasurable();
if (obstacle !== undefined) fail(obstacle);

await using lab = await Lab.open({ pinned: true });
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void lab[Symbol.asyncDispose]().finally(() => process.exit(1)));
}
const services = await lab.services();
const pinned =
  lab.cores === undefined
    ? "no process is pinned"
    : `each measured program on core ${lab.cores.measured}, the rest on core ${lab.cores.others}`;
print(environmentLine(describeEnvironment({ pinned, services: services.description })));
for (const group of GROUPS) {
  print("");
  print(renderGroup(await measureGroup(lab, services, group, effort)));
}
