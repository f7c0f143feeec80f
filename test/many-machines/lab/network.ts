import { Host } from "./host.ts";
import { ip } from "./ip.ts";

/** `triptych-<pid of the test>-<host>`: whoever finds one whose process has ended may remove it. */
const PREFIX = "triptych";

/**
 * Hosts on one switch. Each is a network namespace with an interface of its own, and so is the switch: nothing of it is seen on
 * the machine's own interfaces, and nothing of the machine's can be reached from it.
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

  /** A new host with these addresses, of which the first is its name to others. */
  async add(name: string, ...addresses: readonly [string, ...string[]]): Promise<Host> {
    const namespace = nameOf(name);
    const port = `port${this.#hosts.length}`;
    const host = new Host({ name, namespace, address: addresses[0] });
    await ip("netns", "add", namespace);
    this.#hosts.push(host);
    await ip(
      "link",
      "add",
      "eth0",
      "netns",
      namespace,
      "type",
      "veth",
      "peer",
      "name",
      port,
      "netns",
      this.#switch,
    );
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

/** What a test left that was killed. */
async function removeLeftovers(): Promise<void> {
  const names = (await ip("netns", "list")).split("\n").map((line) => line.split(" ", 1)[0] ?? "");
  for (const name of names) {
    const [prefix, pid] = name.split("-");
    // Another test may be removing the same one.
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
