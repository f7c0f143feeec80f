// Plain JavaScript without dependencies: runs before anything is installed, on any Node from 20 on.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** True if node_modules holds what the lockfile says. */
export function isInstalled(root) {
  return whyNot(root) === undefined;
}

/**
 * What node_modules lacks of what the lockfile says: a part of a sentence, undefined where it lacks
 * nothing. npm writes `node_modules/.package-lock.json` as the last step of every install, so a
 * cut-off install has none, and one made by hand counts as well as ours. A package may be missing
 * only if it is optional: those are for other platforms.
 */
function whyNot(root) {
  const wanted = readPackages(join(root, "package-lock.json"));
  const present = readPackages(join(root, "node_modules", ".package-lock.json"));
  if (wanted === undefined) return "package-lock.json cannot be read";
  if (present === undefined) return "node_modules holds no finished installation";
  const differences = Object.entries(wanted).flatMap(([path, entry]) => {
    const found = present[path];
    if (path === "") return [];
    if (found === undefined) return entry.optional ? [] : [`${path} is missing`];
    if (fingerprint(found) === fingerprint(entry)) return [];
    if (found.version !== entry.version) return [`${path} is ${found.version}, not ${entry.version}`];
    return [`${path} is another than package-lock.json says`];
  });
  const [first, ...more] = differences;
  return more.length === 0 ? first : `${first}, and ${more.length} more differ`;
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
 * it is known. It tells every 10 s how far npm is, which retries an unreachable registry for
 * minutes. Throws with npm's errors if it fails.
 */
export async function ensureInstalled({ root, log, npm }) {
  if (isInstalled(root)) return;
  const lock = await takeLock(join(root, ".dev"), log);
  try {
    const why = whyNot(root);
    if (why === undefined) return;
    const started = performance.now();
    log(`Installing what package-lock.json says (npm ci), because ${why} …`);
    const onWait = (state) => log(`  … still installing, ${secondsSince(started)} s: ${state}`);
    await npmCi(root, npm, lock, onWait);
    log(`Installed in ${secondsSince(started)} s.`);
  } finally {
    lock.release();
  }
}

function secondsSince(start) {
  return Math.round((performance.now() - start) / 1000);
}

const HTTP = "npm http ";

/** What npm is at, from what it has printed so far. */
function stateOf(output) {
  const requests = output.split("\n").filter((line) => line.startsWith(HTTP));
  const last = requests.at(-1);
  if (last === undefined) return "no answer of the registry yet";
  // Such as: fetch GET https://registry.example/a attempt 1 failed with ECONNREFUSED
  return last.includes(" failed with ") ? last.slice(HTTP.length) : `answers so far: ${requests.length}`;
}

const UNREACHABLE =
  /\b(?:E(?:CONN\w+|NOTFOUND|AI_AGAIN|TIMEDOUT|HOSTUNREACH|NETUNREACH)|ERR_SOCKET_TIMEOUT)\b/;
const REACH =
  "The registry cannot be reached: check the network, `npm config get registry` and `npm config get proxy`, then run the same command again.";

/** npm's errors, without what it fetched and without its stack, and what to do. */
function failureOf(code, output) {
  const said = output
    .split("\n")
    .filter((line) => !line.startsWith(HTTP) && !/^npm error +at /.test(line))
    .join("\n")
    .trimEnd();
  return new Error(`npm ci failed (${code}):\n${said}${UNREACHABLE.test(said) ? `\n${REACH}` : ""}`);
}

/** The terminal's Ctrl-C reaches npm too; a SIGTERM that reaches only us is passed on. */
async function npmCi(root, npm, lock, onWait) {
  const flags = ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=http"];
  const [command, first] = npm?.endsWith("npm-cli.js") ? [process.execPath, [npm]] : ["npm", []];
  // Outside npm on Windows, npm is a script of the shell's.
  const shell = command === "npm" && process.platform === "win32";
  const child = spawn(command, [...first, ...flags], { cwd: root, shell, stdio: ["ignore", "pipe", "pipe"] });
  if (child.pid !== undefined) lock.holdFor(child.pid);
  let output = "";
  for (const pipe of [child.stdout, child.stderr]) {
    pipe.setEncoding("utf8").on("data", (text) => (output += text));
  }
  const ticker = setInterval(() => onWait(stateOf(output)), 10_000);
  const stop = () => child.kill("SIGTERM");
  process.once("exit", stop);
  const code = await new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", resolve);
  });
  clearInterval(ticker);
  process.off("exit", stop);
  if (code !== 0) throw failureOf(code, output);
}

/** Milliseconds after which a lock that is not renewed has no owner: others may have its pid. */
const FORGOTTEN_MS = 300_000;
const RENEWED_MS = 30_000;

/**
 * One install at a time: two at once would delete each other's files. The lock is a file with the
 * pids that hold it: this process, and its npm, which may outlive it.
 */
async function takeLock(folder, log) {
  const path = join(folder, "install.lock");
  mkdirSync(folder, { recursive: true });
  let seen;
  let since = 0;
  for (let told = false; !create(path); told = true) {
    const found = look(path);
    if (found?.state !== seen?.state) since = performance.now();
    seen = found;
    const isForgotten = performance.now() - since > FORGOTTEN_MS;
    if (found !== undefined && (isForgotten || isDead(found.pids))) takeAway(path, found);
    else if (!told) log(`Another command is installing; waiting for it (its lock is ${path}) …`);
    await sleep(200);
  }
  const renew = () => existsSync(path) && unlessBusy(() => utimesSync(path, new Date(), new Date()));
  const renewing = setInterval(renew, RENEWED_MS).unref();
  return {
    holdFor: (pid) => writeFileSync(path, `${process.pid} ${pid}`),
    release() {
      clearInterval(renewing);
      remove(path);
    },
  };
}

/** Makes a file with this process's pid. @returns false where it is there already */
function create(path) {
  try {
    return unlessBusy(() => writeFileSync(path, String(process.pid), { flag: "wx" }));
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return false;
  }
}

/** Who holds a lock, and a text that changes with each renewal. Undefined where it is gone. */
function look(path) {
  let found;
  try {
    unlessBusy(() => {
      const text = readFileSync(path, "utf8");
      const { mtimeMs } = statSync(path);
      found = { pids: text.split(" ").filter(Boolean), state: `${text} ${mtimeMs}`, mtimeMs };
    });
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  return found;
}

/** One that is busy stays, and is dead as soon as its process has ended. */
function remove(path) {
  unlessBusy(() => rmSync(path, { force: true }));
}

/**
 * On Windows a file that is just being deleted, or that another has open, is there and refuses.
 * @returns false where it did
 */
function unlessBusy(act) {
  try {
    act();
    return true;
  } catch (error) {
    if (process.platform === "win32" && ["EPERM", "EACCES", "EBUSY"].includes(error.code)) return false;
    throw error;
  }
}

/** A lock that is being written holds no pid yet, and is not dead. */
function isDead(pids) {
  return pids.length > 0 && !pids.some(isAlive);
}

/** Milliseconds: a turn takes less than one, unless its process was killed in it. */
const LONGEST_TURN_MS = 10_000;

/**
 * Deletes a lock in the state that was seen, by one process at a time: another may have deleted
 * that one, and made its own.
 */
function takeAway(path, { state }) {
  const turn = `${path}.turn`;
  if (!create(turn)) {
    const other = look(turn);
    if (other !== undefined && Date.now() - other.mtimeMs > LONGEST_TURN_MS) remove(turn);
    return;
  }
  try {
    if (look(path)?.state === state) remove(path);
  } finally {
    remove(turn);
  }
}

/** Whether a process of this id runs; false for what is no id. */
export function isAlive(pid) {
  if (!/^\d+$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
