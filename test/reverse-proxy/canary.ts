import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { freePorts } from "../free-ports.ts";
import { haproxyCommand } from "./proxy.ts";
import type { RecordingGateway } from "./recording-gateway.ts";

const HOST = "127.0.0.1";
const CONFIGURATION = join(import.meta.dirname, "../../apps/reverse-proxy/haproxy/canary.cfg");

export interface RunningCanary extends AsyncDisposable {
  /** Where the gateway would send its BFF's requests. */
  readonly url: string;
  /** Says something to the runtime socket, as ops would, and returns what it says. */
  tell(command: string): Promise<string>;
  /** What part of the requests the canary gets from now on, in percent. */
  setShare(percent: number): Promise<void>;
  /** `UP` or `DOWN` of a version, as the health checks have it. */
  stateOf(version: "stable" | "canary"): Promise<string>;
}

/** Starts `canary.cfg` in front of two versions of a BFF, all traffic to the stable one. */
export async function runCanary(
  versions: { readonly stable: RecordingGateway; readonly canary: RecordingGateway },
  by: "cohort" | "share",
): Promise<RunningCanary> {
  const dir = await mkdtemp(join(tmpdir(), "canary-"));
  const [port = 0] = await freePorts(1);
  const logFile = join(dir, "log");
  const output = await open(logFile, "w");
  const child = spawn(haproxyCommand, ["-db", "-f", CONFIGURATION], {
    stdio: ["ignore", output.fd, output.fd],
    env: {
      BIND: `${HOST}:${port}`,
      RUN_DIR: dir,
      STABLE: `${HOST}:${versions.stable.port}`,
      STABLE_ADMIN_PORT: String(versions.stable.adminPort),
      CANARY: `${HOST}:${versions.canary.port}`,
      CANARY_ADMIN_PORT: String(versions.canary.adminPort),
      ...(by === "cohort" ? {} : { CANARY_BY: by }),
    },
  });
  const exited = once(child, "exit");
  const tell = async (command: string): Promise<string> => {
    const socket = connect(join(dir, "canary.sock"));
    await once(socket, "connect");
    socket.write(`${command}\n`);
    return text(socket);
  };
  const stateOf = async (version: string): Promise<string> => {
    const row = (await tell("show stat")).split("\n").find((line) => line.startsWith(`bff,${version},`));
    return row?.split(",")[STATUS_COLUMN] ?? "unknown";
  };
  // Its first check of each version says whether it takes part.
  while (!(await isUp(stateOf))) {
    if (child.exitCode !== null) throw new Error(`haproxy did not start: ${await readFile(logFile, "utf8")}`);
    await setTimeout(20);
  }
  return {
    url: `http://${HOST}:${port}`,
    tell,
    stateOf,
    async setShare(percent) {
      const said = await tell(`set weight bff/canary ${percent}; set weight bff/stable ${100 - percent}`);
      if (said.trim() !== "") throw new Error(`the share was not taken: ${said}`);
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
      await output.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** `show stat` is CSV (management guide, 9.1): the status is its 18th column. */
const STATUS_COLUMN = 17;

async function isUp(stateOf: (version: string) => Promise<string>): Promise<boolean> {
  try {
    return (await stateOf("stable")).startsWith("UP") && (await stateOf("canary")).startsWith("UP");
  } catch {
    // It does not listen yet.
    return false;
  }
}
