import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKeySource } from "../identity/keys.ts";
import type { KeySource } from "../identity/keys.ts";
import { startReaper } from "../processes.ts";
import { bffsIn, ROOT } from "../repository.ts";
import { environmentOf, publicOrigin } from "./environment.ts";
import type { Surroundings } from "./environment.ts";
import { gatewayFiles } from "./gateway-files.ts";
import { developmentCertificate } from "./haproxy.ts";
import type { LogLine } from "./log-line.ts";
import { checkPorts, freePlan, HOST } from "./ports.ts";
import type { Ports, PortPlan } from "./ports.ts";
import { startRoleProcess, untilReady } from "./role-process.ts";
import type { RoleProcess } from "./role-process.ts";
import { KINDS, rolesIn, targetsIn } from "./roles.ts";
import type { Role, RoleName } from "./roles.ts";
import { STAND_IN } from "./services.ts";
import { startWatchedProcess } from "./watched-process.ts";

/** What to start, where, and what to call when something happens. */
export interface StackOptions {
  /** Default: this repository. */
  readonly root?: string;
  /** Default: every role whose program exists. */
  readonly roles?: readonly RoleName[];
  /** Services whose place the replay program takes. */
  readonly standIns?: readonly RoleName[];
  /** `free` takes any free ports; a plan names them all. */
  readonly ports: "free" | PortPlan;
  /** The environment of every process, besides what the launcher sets. Default: empty. */
  readonly env?: NodeJS.ProcessEnv;
  /** More for single roles: `{ orders: { SWITCHES: '{"hang":{"ratio":1}}' } }`. */
  readonly roleEnv?: { readonly [Name in RoleName]?: NodeJS.ProcessEnv };
  /** The services' databases. Default with free ports: a new folder, removed by `stop`. */
  readonly dataDir?: string;
  /** Default: `logs` in the data folder. */
  readonly logDir?: string;
  /** The keys that the BFFs verify with. Default: random. */
  readonly keys?: KeySource;
  /** Restart on change. An app's old process serves until its new one is ready. */
  readonly watch?: boolean;
  /** A source of an app changed, while they are watched; the path is relative to the root. */
  readonly onChange?: (path: string) => void;
  /** An app does not start after a change, and its version from before still serves. */
  readonly onFailedChange?: (role: Role, lastLines: readonly string[]) => void;
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal;
  readonly onLine?: (role: Role, line: LogLine) => void;
  /** A process ended without being asked to. */
  readonly onDeath?: (role: Role, how: string) => void;
}

/** A running stack. */
export interface Stack {
  readonly roles: readonly Role[];
  /** `http://127.0.0.1:<port>` of a role. */
  url(role: RoleName): string;
  adminUrl(role: RoleName): string;
  /** Where clients come in: the proxy, or the gateway where there is none. */
  readonly publicOrigin: string | undefined;
  /** Holds the sample partner's API key, if there is a gateway. */
  readonly partnerKeyFile: string | undefined;
  readonly logDir: string;
  /** A valid `X-Identity` of a user for a BFF. */
  identity(user: string, aud: RoleName): string;
  /** SIGKILL, as a crash would be. */
  kill(role: RoleName): Promise<void>;
  /** Ends the role's process and starts it on the same ports, with more environment if given. */
  restart(role: RoleName, env?: NodeJS.ProcessEnv): Promise<void>;
  /** Ends everything, within 5 s. */
  stop(): Promise<void>;
}

/**
 * Starts the domain services, the BFFs, and what is in front of them, one kind after the other, and
 * waits until each is ready. If one cannot start, everything is ended again.
 *
 * @throws CommandError where it cannot start, Stopped where the signal ended it
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { root = ROOT, env = {}, roleEnv = {}, watch = false, signal, onLine, onDeath } = options;
  const roles = withStandIns(rolesIn(root, options.roles), options.standIns ?? []);
  const plan = options.ports === "free" ? await freePlan(roles) : options.ports;
  await checkPorts(roles, plan);

  const ownFolder = options.ports === "free" ? await mkdtemp(join(tmpdir(), "triptych-")) : undefined;
  const logDir = options.logDir ?? join(ownFolder ?? root, "logs");
  const keys = options.keys ?? createKeySource();
  const ports = new Map<RoleName, Ports>(plan);
  const processes = new Map<RoleName, RoleProcess>();
  const asked = new Set<RoleProcess>();
  const frontDir = ownFolder ?? join(root, ".dev");
  const hasGateway = roles.some(({ kind }) => kind === "gateway");
  const surroundings: Surroundings = {
    roles,
    ports,
    keys,
    dataDir: options.dataDir ?? ownFolder,
    files: hasGateway ? gatewayFiles(frontDir, keys, bffsIn(root)) : undefined,
    certificate: roles.some(({ name }) => name === "small") ? await certificateIn(frontDir) : undefined,
    targets: targetsIn(root),
  };
  const { files, certificate } = surroundings;
  const reaper = startReaper();

  async function start(role: Role, extraEnv: NodeJS.ProcessEnv = {}): Promise<void> {
    const planned = portsOf(role.name);
    const program = {
      role,
      root,
      watch,
      logFile: join(logDir, `${role.name}.log`),
      onLine: (line: LogLine) => onLine?.(role, line),
      env: environmentOf(role, { ...env, ...roleEnv[role.name], ...extraEnv }, surroundings),
    };
    const isApp = role.kind === "bff" || role.kind === "gateway";
    const child =
      watch && isApp
        ? await startWatchedProcess(program, planned, {
            reaper,
            onChange: (path) => options.onChange?.(path),
            onFailure: (lines) => options.onFailedChange?.(role, lines),
          })
        : startRoleProcess(program);
    processes.set(role.name, child);
    reaper.watch(child.pid);
    const ready = await untilReady(role, child, planned, signal);
    if (ready !== undefined) ports.set(role.name, ready);
    void reportDeath(role, child);
  }

  async function reportDeath(role: Role, child: RoleProcess): Promise<void> {
    const how = await child.exited;
    if (!asked.has(child)) onDeath?.(role, how);
  }

  async function end(role: RoleName, how: "stop" | "kill"): Promise<void> {
    const child = processes.get(role);
    if (child === undefined) return;
    asked.add(child);
    await child[how]();
    reaper.forget(child.pid);
    processes.delete(role);
  }

  async function stop(): Promise<void> {
    await Promise.all(roles.map(async (role) => end(role.name, "stop")));
    await reaper.close();
    if (ownFolder !== undefined) await rm(ownFolder, { recursive: true, force: true });
  }

  function portsOf(name: RoleName): Ports {
    const found = ports.get(name);
    if (found === undefined)
      throw new Error(`${name} is no part of this stack, which has ${[...ports.keys()].join(", ")}`);
    return found;
  }

  function speaksTls(role: RoleName): boolean {
    return role === "reverse-proxy" || (role === "small" && certificate !== undefined);
  }

  try {
    for (const kind of KINDS) {
      await Promise.all(roles.filter((role) => role.kind === kind).map(async (role) => start(role)));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    roles,
    logDir,
    url: (role) => `${speaksTls(role) ? "https" : "http"}://${HOST}:${portsOf(role).port}`,
    publicOrigin: hasGateway ? publicOrigin(surroundings) : undefined,
    partnerKeyFile: files?.partnerKeyFile,
    adminUrl: (role) => `http://${HOST}:${portsOf(role).adminPort}`,
    identity: (user, aud) => keys.mint({ userId: user, audience: aud }),
    kill: async (role) => end(role, "kill"),
    async restart(name, extraEnv) {
      const role = roles.find((candidate) => candidate.name === name);
      if (role === undefined) throw new Error(`${name} is no part of this stack`);
      await end(name, "stop");
      await start(role, extraEnv);
    },
    stop,
  };
}

function withStandIns(roles: readonly Role[], standIns: readonly RoleName[]): Role[] {
  return roles.map((role) => (standIns.includes(role.name) ? { ...role, main: STAND_IN } : role));
}

/** A certificate; without openssl there is none, and the one process speaks HTTP. */
async function certificateIn(dir: string): Promise<string | undefined> {
  try {
    return await developmentCertificate(dir, ["localhost", HOST]);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
