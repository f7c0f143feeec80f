import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { freePorts } from "../../free-ports.ts";
import { endWithThis } from "../processes/end-with-this.ts";
import { pin } from "../processes/pin.ts";
import { SERVICES, originsOn } from "../processes/services.ts";
import { RECORDINGS_FOLDER, readRecordings, spellingsOf } from "../recordings/recordings.ts";
import type { Recording } from "../recordings/recordings.ts";
import { cacheControlOf } from "./recorded-services.ts";
import type { RecordedServices, ServicesOptions } from "./recorded-services.ts";

/** Such as `nginx/1.22.1`; undefined where none is installed. */
export function installedNginx(): string | undefined {
  const { stderr } = spawnSync("nginx", ["-v"], { encoding: "utf8" });
  return /nginx\/[\d.]+/.exec(stderr)?.[0];
}

/**
 * Starts an nginx that listens on a port for each service.
 * @param folder an empty one, for its configuration and its log
 */
export async function startNginx(
  folder: string,
  options: ServicesOptions,
  core: number | undefined,
): Promise<RecordedServices> {
  const ports = await freePorts(SERVICES.length);
  const file = join(folder, "nginx.conf");
  writeFileSync(file, configurationFor(ports, options, readRecordings()));
  const errors = join(folder, "error.log");
  const child = spawn("nginx", ["-p", folder, "-e", errors, "-c", file], { stdio: "ignore" });
  endWithThis(child);
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  };
  try {
    for (const port of ports) await untilListening(port, errors);
  } catch (error) {
    await stop();
    throw error;
  }
  if (core !== undefined && child.pid !== undefined) pin(child.pid, core);
  return {
    description: installedNginx() ?? "nginx",
    origins: originsOn(ports),
    [Symbol.asyncDispose]: stop,
  };
}

/** One process that can be pinned, connections that are never closed, files that stay open. */
function configurationFor(
  ports: readonly number[],
  options: ServicesOptions,
  recordings: readonly Recording[],
): string {
  const mapOf = (field: (recording: Recording) => string) =>
    recordings
      .flatMap((recording) => spellingsOf(recording).map((target) => `"${target}" "${field(recording)}";`))
      .join("\n    ");
  return `
daemon off;
master_process off;
pid nginx.pid;
events { worker_connections 16384; }
worker_rlimit_nofile 32768;
http {
  map_hash_bucket_size 256;
  map $request_uri $recording {
    default none;
    ${mapOf(({ file }) => file)}
  }
  map $request_uri $cache_control {
    ${mapOf((recording) => cacheControlOf(recording, options))}
  }
  server {
    ${ports.map((port) => `listen 127.0.0.1:${port} backlog=8192;`).join("\n    ")}
    root "${RECORDINGS_FOLDER}";
    access_log off;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
    open_file_cache max=100 inactive=1h;
    open_file_cache_valid 1h;
    default_type application/json;
    add_header Cache-Control $cache_control;
    location / { try_files /$recording =404; }
  }
}
`;
}

/** How long nginx may take until it listens, ms; the machine may be busy. */
const START_MS = 10_000;

async function untilListening(port: number, errors: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < START_MS; waitedMs += 20) {
    if (await listens(port)) return;
    await wait(20);
  }
  throw new Error(`nginx does not listen on port ${port}: see ${errors}`);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
