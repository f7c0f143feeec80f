// The first process of `npm start`, `npm test` and so on, on whatever Node there is. It installs what the
// lockfile says, then runs packages/cli/src/<task>.ts on the Node that the lockfile pins. Plain JavaScript, no dependency.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 20;
const TASKS = [
  "start",
  "start-small",
  "dev",
  "test",
  "identity",
  "token",
  "contracts",
  "new-screen",
  "new-bff",
  "new-upstream",
  "bench",
  "budgets",
  "bench-upstream",
  "bench-compression",
  "latency-report",
];
const root = fileURLToPath(new URL("../../..", import.meta.url));
const [task, ...args] = process.argv.slice(2);
const log = (line) => process.stderr.write(`${line}\n`);

function fail(message) {
  log(message);
  process.exit(1);
}

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  fail(
    `Node ${OLDEST_NODE} or newer is needed, but this is Node ${process.versions.node}: install a newer one.`,
  );
}
if (!TASKS.includes(task)) fail(`Expected one of ${TASKS.join(", ")}, but got "${task}".`);

let child;
let stoppedBy;
// Ctrl-C reaches the whole group; npm may send it a second time. The task is told each time and takes repeats calmly.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    stoppedBy = signal;
    if (child === undefined) process.exit(128 + constants.signals[signal]);
    child.kill(signal);
  });
}

const { ensureInstalled } = await import("./dependencies.mjs");
try {
  await ensureInstalled({ root, log, npm: process.env.npm_execpath });
} catch (error) {
  fail(error.message);
}
const node = join(root, "node_modules", ".bin", "node");
if (!existsSync(node)) {
  fail(
    `The lockfile has no Node for ${process.platform} ${process.arch}: see optionalDependencies in package.json.`,
  );
}

// The IPC channel tells the task when this process dies by a signal that nobody can handle.
child = spawn(node, [join(root, "packages", "cli", "src", `${task}.ts`), ...args], {
  stdio: ["inherit", "inherit", "inherit", "ipc"],
});
child.once("error", (error) => fail(`Could not start ${node}: ${error.message}`));
child.once("exit", (code, signal) => {
  process.exit(code ?? 128 + constants.signals[signal ?? stoppedBy ?? "SIGTERM"]);
});

// npm may die without a word (SIGKILL); package.json says `exec`, so no shell stands between npm and this process.
// Outside npm a parent may come and go: `node packages/cli/bin/launch.mjs start &`.
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && child.kill("SIGTERM"), 500).unref();
}
