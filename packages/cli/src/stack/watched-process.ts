import { existsSync, watch } from "node:fs";
import type { FSWatcher } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Reaper } from "../processes.ts";
import { HOST } from "./ports.ts";
import type { Ports } from "./ports.ts";
import { Relay } from "./relay.ts";
import { startRoleProcess } from "./role-process.ts";
import type { RoleProcess, RoleProcessOptions } from "./role-process.ts";

/** An editor writes several files, or one in several steps, ms. */
const PAUSE_MS = 100;
/** How long a replaced process still listens, ms. */
const PASSED_ON_MS = 250;
/** Longer than any program needs that will start at all, ms. */
const READY_WITHIN_MS = 60_000;
const SOURCE = /\.(?:[cm]?[jt]s|json|css|html|graphql|ya?ml)$/;
const NOT_SOURCE = /(?:^|\/)(?:node_modules|\.turbo|dist)\/|\.test\.ts$/;

/** What a watched process tells of its changes. */
export interface Changes {
  readonly reaper: Reaper;
  /** A source file changed; the path is relative to the root. */
  readonly onChange: (path: string) => void;
  /** The version after a change does not start. The one before still serves. */
  readonly onFailure: (lastLines: readonly string[]) => void;
}

/**
 * A process that is replaced when its sources change. The old one serves until the new one is
 * ready, and what it has begun it finishes: a relay holds the address and passes connections on.
 *
 * @param planned where it listens
 */
export async function startWatchedProcess(
  options: RoleProcessOptions,
  planned: Ports,
  { reaper, onChange, onFailure }: Changes,
): Promise<RoleProcess> {
  const { root, role } = options;
  const [publicRelay, adminRelay] = [new Relay(HOST), new Relay(HOST)];
  const ports = {
    port: await publicRelay.listen(planned.port),
    adminPort: await adminRelay.listen(planned.adminPort),
  };
  const env = { ...options.env, PORT: "0", ADMIN_PORT: "0" };
  const start = (): RoleProcess => {
    const child = startRoleProcess({ ...options, env, watch: false });
    reaper.watch(child.pid);
    return child;
  };
  const ended = Promise.withResolvers<string>();
  const watchers: FSWatcher[] = [];
  let serving: RoleProcess | undefined;
  let latest = start();
  let isOver = false;

  async function takeOver(child: RoleProcess): Promise<void> {
    const isReady = await ready(child);
    if (isOver || child !== latest) return;
    if (!isReady) return serving === undefined ? undefined : onFailure(child.lastLines);
    const before = serving;
    serving = child;
    publicRelay.passTo(child.ports?.port ?? 0);
    adminRelay.passTo(child.ports?.adminPort ?? 0);
    void child.exited.then((how) => (child === serving && !isOver ? ended.resolve(how) : undefined));
    // A connection that was just passed on must reach it before it stops listening.
    await sleep(PASSED_ON_MS);
    await end(before, "stop");
  }

  async function end(child: RoleProcess | undefined, how: "stop" | "kill"): Promise<void> {
    if (child === undefined) return;
    await child[how]();
    reaper.forget(child.pid);
  }

  let waiting = false;
  async function changed(path: string): Promise<void> {
    onChange(path);
    if (waiting || isOver) return;
    waiting = true;
    await sleep(PAUSE_MS);
    waiting = false;
    const before = latest;
    latest = start();
    if (before !== serving) await end(before, "kill");
    await takeOver(latest);
  }

  for (const folder of [dirname(role.main), "packages"].filter((path) => existsSync(join(root, path)))) {
    const watcher = watch(join(root, folder), { recursive: true }, (_event, name) => {
      const path = join(folder, name ?? "");
      if (SOURCE.test(path) && !NOT_SOURCE.test(path)) void changed(path);
    });
    watcher.on("error", () => undefined);
    watchers.push(watcher);
  }
  void takeOver(latest);

  async function close(how: "stop" | "kill"): Promise<void> {
    isOver = true;
    for (const watcher of watchers) watcher.close();
    await Promise.all([...new Set([serving, latest])].map((child) => end(child, how)));
    await Promise.all([publicRelay.close(), adminRelay.close()]);
    ended.resolve(how === "kill" ? "SIGKILL" : "exit code 0");
  }
  return {
    get pid() {
      return (serving ?? latest).pid;
    },
    get lastLines() {
      return latest.lastLines;
    },
    get ports() {
      return serving === undefined ? undefined : ports;
    },
    get running() {
      return !isOver;
    },
    get waitsForChange() {
      return serving === undefined && !latest.running;
    },
    exited: ended.promise,
    stop: () => close("stop"),
    kill: () => close("kill"),
  };
}

/** Whether it says that it is ready, before it ends. */
async function ready(child: RoleProcess): Promise<boolean> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (child.running && child.ports === undefined && performance.now() < deadline) await sleep(20);
  return child.running && child.ports !== undefined;
}
