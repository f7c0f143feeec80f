/**
 * `npm run latency-report`: when does a BFF pay? A real browser loads the home page's data by four calls to the services and by one to the BFF,
 * over several networks, and the page as streamed HTML.
 *
 *     npm run latency-report               everything, in a quarter of an hour
 *     npm run latency-report -- --write    and the numbers into docs/latency.md
 *     npm run latency-report -- --quick    with few repetitions
 */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { findHaproxy } from "@triptych/cli/haproxy";
import { format } from "../bench/documents/format.ts";
import { describeEnvironment } from "../bench/report/environment.ts";
import { renderTable } from "../bench/report/table.ts";
import { CHROMIUM_PATH } from "../e2e/browser/chromium.ts";
import { USAGE, readOptions } from "./options.ts";
import { PROFILES } from "./profiles.ts";
import { tablesOf } from "./report/tables.ts";
import { conditionsOf, writeRun } from "./report/write.ts";
import { runAll } from "./run.ts";
import { openSite } from "./stack/site.ts";

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const fail = (message: string): never => {
  process.stderr.write(`latency-report: ${message}\n`);
  process.exit(1);
};

function optionsOrFail() {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)} (usage: ${USAGE})`);
  }
}

const { quick, write } = optionsOrFail();
const chromium = process.env["CHROMIUM_PATH"] ?? CHROMIUM_PATH;
if (!existsSync(chromium)) fail(`there is no ${chromium}: install Chromium, or set CHROMIUM_PATH`);
if (findHaproxy() === undefined) fail("HAProxy is not installed: apt-get install haproxy openssl");

await using site = await openSite();
let stopped: Promise<void> | undefined;
// A Ctrl-C comes several times: from the terminal, and from each process that passes it on.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    stopped ??= site[Symbol.asyncDispose]().finally(() => process.exit(1));
  });
}
const run = await runAll({
  site,
  chromium,
  profiles: PROFILES,
  repeatsOf: ({ repeats, quickRepeats }) => (quick ? quickRepeats : repeats),
  warmUps: 5,
  budgetMs: quick ? 8_000 : 150_000,
  // What is under way breaks when the site ends, and nobody wants to know.
  print: (line) => void (stopped ?? print(line)),
}).catch(async (error: unknown) => {
  if (stopped === undefined) throw error;
  await once(process, "exit");
  throw error;
});
const environment = describeEnvironment({ pinned: "no process is pinned", services: "the sample services" });
for (const { title, columns, rows } of tablesOf(run.cells, run.calibrated)) {
  print(`\n${title}\n${renderTable(columns, rows)}`);
}
print(`\n${conditionsOf(run, environment)}`);
if (write) {
  const written = writeRun(run, environment);
  format(written);
  print(`written: ${written.join(", ")}`);
}
