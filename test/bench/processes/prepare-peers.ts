import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { ensureInstalled } from "@triptych/cli/install";
import type { Contender } from "../contenders/contender.ts";
import { PEERS_FOLDER } from "../contenders/peers.ts";
import { endWithThis } from "./end-with-this.ts";

/** A build that takes longer hangs, ms. */
const BUILD_MS = 300_000;

/**
 * Installs what `peers/package-lock.json` says, if it is not there, and builds those peers that need it. Says what it does.
 *
 * @param npm the path of npm's own program, if it is known
 * @returns why a peer cannot take part, by peer
 */
export async function preparePeers(
  peers: readonly Contender[],
  options: { readonly npm: string | undefined; readonly print: (line: string) => void },
): Promise<ReadonlyMap<Contender, string>> {
  const { npm, print } = options;
  const obstacles = new Map<Contender, string>();
  try {
    await ensureInstalled({ root: PEERS_FOLDER, npm, log: (line) => print(`test/bench/peers: ${line}`) });
  } catch (error) {
    print(tell(error));
    for (const peer of peers) obstacles.set(peer, "its packages could not be installed, see above");
    return obstacles;
  }
  for (const peer of peers) {
    if (peer.build === undefined) continue;
    print(`building ${peer.name} …`);
    try {
      await build(peer.build);
    } catch (error) {
      obstacles.set(peer, `it could not be built: ${tell(error)}`);
    }
  }
  return obstacles;
}

async function build({
  folder,
  command: [script = "", ...args],
}: NonNullable<Contender["build"]>): Promise<void> {
  const cwd = join(PEERS_FOLDER, folder);
  const log = join(cwd, "build.log");
  const child = spawn(process.execPath, [join(PEERS_FOLDER, "node_modules", script), ...args], {
    cwd,
    env: { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: BUILD_MS,
  });
  endWithThis(child);
  const file = createWriteStream(log);
  child.stdout.pipe(file, { end: false });
  child.stderr.pipe(file, { end: false });
  const how = await new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(String(signal ?? code)));
  });
  file.end();
  if (how !== "0") throw new Error(`it ended with ${how}, see ${log}`);
}

function tell(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
