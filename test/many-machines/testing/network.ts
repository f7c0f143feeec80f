import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { Program } from "@triptych/testing";
import type { ProgramOptions } from "@triptych/testing";

/** Where Debian installs programs; namespaces exist only on Linux. */
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Namespaces are called `triptych-<pid of the test>-<host>`, so that a later test finds leftovers.
 */
const PREFIX = "triptych";

const run = promisify(execFile);

/** Runs iproute2's `ip` and returns its output. @throws Error with its complaint */
async function ip(...args: readonly string[]): Promise<string> {
  const { stdout } = await run("ip", [...args]);
  return stdout;
}

/** A machine: addresses on the network, and the programs that run there. */
export class Host {
  readonly name: string;
  readonly namespace: string;
  readonly address: string;
  readonly #programs = new Set<Program>();

  constructor({ name, namespace, address }: Pick<Host, "name" | "namespace" | "address">) {
    this.name = name;
    this.namespace = namespace;
    this.address = address;
  }

  /** Starts a program, which ends with this process whatever happens to it. */
  start(command: string, args: readonly string[], { env = {}, ...options }: ProgramOptions = {}): Program {
    const line = ["netns", "exec", this.namespace, "setpriv", "--pdeathsig", "KILL", "--", command, ...args];
    const program = new Program("ip", line, { ...options, env: { PATH, ...env } });
    this.#programs.add(program);
    void program.ended.then(() => this.#programs.delete(program));
    return program;
  }

  /**
   * The power fails. The link goes first, so that no peer gets even a reset; then all programs end.
   */
  async die(): Promise<void> {
    await ip("-n", this.namespace, "link", "set", "eth0", "down");
    await this.killAll();
  }

  /** The power is back, and no program runs yet. */
  async revive(): Promise<void> {
    await ip("-n", this.namespace, "link", "set", "eth0", "up");
  }

  /** Ends all programs at once. */
  async killAll(): Promise<void> {
    await Promise.all([...this.#programs].map(async (program) => program.stop("SIGKILL")));
  }
}

/**
 * Hosts on one switch. Each host, and the switch, is a network namespace: the machine's own network
 * sees nothing of them, and they reach nothing of the machine.
 */
export class Network implements AsyncDisposable {
  readonly #hosts: Host[] = [];
  readonly #switch = nameOf("switch");

  /** @throws Error where this user may not make namespaces */
  static async create(): Promise<Network> {
    await removeLeftovers();
    const network = new Network();
    await ip("netns", "add", network.#switch);
    await ip("-n", network.#switch, "link", "add", "br0", "type", "bridge");
    await ip("-n", network.#switch, "link", "set", "br0", "up");
    return network;
  }

  /** Adds a host with these addresses. Other hosts know it by the first. */
  async add(name: string, ...addresses: readonly [string, ...string[]]): Promise<Host> {
    const namespace = nameOf(name);
    const port = `port${this.#hosts.length}`;
    const host = new Host({ name, namespace, address: addresses[0] });
    await ip("netns", "add", namespace);
    this.#hosts.push(host);
    const peer = ["type", "veth", "peer", "name", port, "netns", this.#switch];
    await ip("link", "add", "eth0", "netns", namespace, ...peer);
    await ip("-n", this.#switch, "link", "set", port, "master", "br0", "up");
    for (const address of addresses)
      await ip("-n", namespace, "address", "add", `${address}/24`, "dev", "eth0");
    await ip("-n", namespace, "link", "set", "lo", "up");
    await ip("-n", namespace, "link", "set", "eth0", "up");
    return host;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#hosts.map(async (host) => host.killAll()));
    for (const { namespace } of this.#hosts) await ip("netns", "delete", namespace);
    await ip("netns", "delete", this.#switch);
  }
}

function nameOf(host: string): string {
  return `${PREFIX}-${process.pid}-${host}`;
}

/** Removes the namespaces of tests that were killed. */
async function removeLeftovers(): Promise<void> {
  const names = (await ip("netns", "list")).split("\n").map((line) => line.split(" ", 1)[0] ?? "");
  for (const name of names) {
    const [prefix, pid] = name.split("-");
    // Another test may remove the same one now.
    if (prefix === PREFIX && !isRunning(Number(pid)))
      await ip("netns", "delete", name).catch(() => undefined);
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const TOOLS: readonly (readonly [tool: string, args: readonly string[], hint: string])[] = [
  ["ip", ["-Version"], "apt-get install iproute2"],
  ["setpriv", ["--version"], "apt-get install util-linux"],
  ["haproxy", ["-v"], "apt-get install haproxy"],
  ["redis-server", ["--version"], "apt-get install redis-server"],
  ["openssl", ["version"], "apt-get install openssl"],
];

/** Why hosts cannot be made here, or undefined if they can. */
export function obstacle(): string | undefined {
  for (const [tool, args, hint] of TOOLS) {
    if (spawnSync(tool, args).status !== 0) return `${tool} is not installed (${hint})`;
  }
  // Only a try shows what a container or an ordinary user may do.
  const probe = `triptych-${process.pid}-probe`;
  const { status, stderr } = spawnSync("ip", ["netns", "add", probe], { encoding: "utf8" });
  if (status !== 0) return `this user may not make network namespaces: ${stderr.trim()} (run it as root)`;
  spawnSync("ip", ["netns", "delete", probe]);
  return undefined;
}
