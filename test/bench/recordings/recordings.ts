import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { endWithThisProcess } from "../lab/measured-program.ts";

/** What the sample services and the web BFF answered, by path and query, as they are asked. */
export const RECORDINGS_FILE = join(import.meta.dirname, "recordings.json");

/** Reads the recordings: each answer's JSON by its path and query. */
export function readRecordings(): readonly (readonly [target: string, body: string])[] {
  const recordings: unknown = JSON.parse(readFileSync(RECORDINGS_FILE, "utf8"));
  return Object.entries(Object(recordings)).map(([target, body]) => [target, String(body)]);
}

/** The domain services, in the order in which a home page needs them. */
export const SERVICES = ["users", "orders", "recommendations", "catalog"] as const;
/** One of the four domain services. */
export type ServiceName = (typeof SERVICES)[number];

/** Who has a stand-in: the services, and for the gateway the web BFF. */
export const RECORDED = [...SERVICES, "web-bff"] as const;

/** The stand-ins, while they run. */
export interface RecordedServices extends AsyncDisposable {
  /** `USERS_URL` and so on, by which a BFF or the gateway finds them. */
  readonly addresses: Readonly<Record<string, string>>;
}

/**
 * Starts a process that gives the recorded answers as cheaply as Node can.
 * @param delayMs how long each answer takes
 */
export async function startServices(delayMs: number): Promise<RecordedServices> {
  const program = join(import.meta.dirname, "serve.ts");
  const child = fork(program, [String(delayMs)], { execArgv: [] });
  endWithThisProcess(child);
  const [ports]: unknown[] = await once(child, "message");
  if (!Array.isArray(ports)) throw new TypeError(`expected the services' ports, got ${String(ports)}`);
  return {
    addresses: Object.fromEntries(
      RECORDED.map((name, index) => [
        `${name.toUpperCase().replace("-", "_")}_URL`,
        `http://127.0.0.1:${ports[index]}`,
      ]),
    ),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.disconnect();
      await once(child, "exit");
    },
  };
}
