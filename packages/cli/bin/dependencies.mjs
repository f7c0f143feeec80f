// Plain JavaScript without dependencies: runs before anything is installed, on any Node from 20 on.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * True if node_modules holds what the lockfile says. npm writes `node_modules/.package-lock.json`
 * as the last step of every install, so a cut-off install has none, and one made by hand counts as
 * well as ours. A package may be missing only if it is optional: those are for other platforms.
 */
export function isInstalled(root) {
  const wanted = readPackages(join(root, "package-lock.json"));
  const present = readPackages(join(root, "node_modules", ".package-lock.json"));
  if (wanted === undefined || present === undefined) return false;
  for (const [path, entry] of Object.entries(wanted)) {
    const found = present[path];
    if (path === "") continue;
    if (found === undefined ? !entry.optional : fingerprint(found) !== fingerprint(entry)) return false;
  }
  return true;
}

function readPackages(lockfile) {
  try {
    return JSON.parse(readFileSync(lockfile, "utf8")).packages;
  } catch {
    return undefined;
  }
}

function fingerprint({ version, integrity, resolved, link }) {
  return JSON.stringify([version, integrity, link ? resolved : undefined]);
}

/**
 * Runs `npm ci` where it is needed; `log` takes one line, `npm` is the path of npm's own program if
 * it is known. Throws with npm's output if it fails.
 */
export async function ensureInstalled({ root, log, npm }) {
  if (isInstalled(root)) return;
  const release = await takeLock(join(root, ".dev"), log);
  try {
    if (isInstalled(root)) return;
    const started = performance.now();
    log("Installing what package-lock.json says (npm ci) …");
    const ticker = setInterval(() => log(`  … still installing, ${secondsSince(started)} s`), 10_000);
    await npmCi(root, npm).finally(() => clearInterval(ticker));
    log(`Installed in ${secondsSince(started)} s.`);
  } finally {
    release();
  }
}

function secondsSince(start) {
  return Math.round((performance.now() - start) / 1000);
}

/**
 * The terminal's Ctrl-C reaches npm by itself; a SIGTERM that reaches only us is passed on, so
 * that npm ends too.
 */
async function npmCi(root, npm) {
  const flags = ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"];
  const [command, first] = npm?.endsWith("npm-cli.js") ? [process.execPath, [npm]] : ["npm", []];
  // Outside npm on Windows, npm is a script of the shell's.
  const shell = command === "npm" && process.platform === "win32";
  const child = spawn(command, [...first, ...flags], { cwd: root, shell, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const pipe of [child.stdout, child.stderr]) pipe.on("data", (chunk) => (output += chunk));
  const stop = () => child.kill("SIGTERM");
  process.once("exit", stop);
  const code = await new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", resolve);
  });
  process.off("exit", stop);
  if (code !== 0) throw new Error(`npm ci failed (${code}):\n${output}`);
}

/**
 * One install at a time: `npm start` and `npm run identity` may both be the first command of a
 * clone.
 */
async function takeLock(folder, log) {
  const path = join(folder, "install.lock");
  mkdirSync(folder, { recursive: true });
  for (let told = false; ; told = true) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (!isAlive(readFileIfThere(path))) rmSync(path, { force: true });
    else if (!told) log("Another command is installing; waiting for it …");
    await sleep(200);
  }
}

function readFileIfThere(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function isAlive(pid) {
  if (!/^\d+$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
