/**
 * `npm run bench`: what a page costs the project's BFFs, by CPU time of the process, beside programs that answer the same page without
 * any protection.
 *
 *     npm run bench                      everything
 *     npm run bench -- --quick           the project against the bare program, in about a minute
 *     npm run bench -- --only pages      one report
 *     npm run bench -- --write           and the numbers into docs/performance.md
 */
import { USAGE, readOptions } from "./command/options.ts";
import type { Options } from "./command/options.ts";
import { GROUPS } from "./contenders/contenders.ts";
import type { Group } from "./contenders/contenders.ts";
import { writePages } from "./documents/pages.ts";
import { whyNotMeasurable } from "./measure/cpu-time.ts";
import { Lab } from "./processes/lab.ts";
import { preparePeers } from "./processes/prepare-peers.ts";
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
  : { warmUpPages: 2_000, turns: 24, pagesPerSlice: 300, onlyBaseline: false };

/** A quick run installs nothing. */
const groups = GROUPS.filter(({ baseline }) => !options.quick || !baseline.peer);
const contendersOf = ({ baseline, others }: Group) => [baseline, ...(options.quick ? [] : others)];

const obstacle = whyNotMeasurable();
if (obstacle !== undefined) fail(obstacle);

const peers = groups.flatMap(contendersOf).filter(({ peer }) => peer);
const obstacles =
  peers.length > 0
    ? await preparePeers(peers, { npm: process.env["npm_execpath"], print })
    : new Map<never, string>();

await using lab = await Lab.open({ pinned: true });
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void lab[Symbol.asyncDispose]().finally(() => process.exit(1)));
}
const services = await lab.services();
const pinned =
  lab.cores === undefined
    ? "no process is pinned"
    : `each measured program on core ${lab.cores.measured}, the rest on core ${lab.cores.others}`;
const environment = describeEnvironment({ pinned, services: services.description });
print(environmentLine(environment));
const results = [];
for (const group of groups) {
  print("");
  const result = await measureGroup(lab, services, group, effort, obstacles);
  results.push(result);
  print(renderGroup(result));
}
if (options.write) print(`\nwritten: ${writePages({ environment, groups: results }).join(", ")}`);
