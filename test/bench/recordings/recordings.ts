import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { endWithThisProcess } from "../lab/program.ts";

/** What a sample service answered to one request of a BFF. */
export type Recording = {
  /** Path and query, as the BFF asks. */
  readonly target: string;
  /** The file of the body, beside index.json. */
  readonly file: string;
  readonly cacheControl: string;
};

/** The folder of index.json and the bodies. */
export const RECORDINGS_FOLDER = import.meta.dirname;

/** Reads index.json. @throws TypeError for another form than main.ts writes */
export function readRecordings(): readonly Recording[] {
  const index: unknown = JSON.parse(readFileSync(join(RECORDINGS_FOLDER, "index.json"), "utf8"));
  if (!Array.isArray(index) || !index.every(isRecording)) {
    throw new TypeError(
      "expected test/bench/recordings/index.json to be a list of { target, file, cacheControl }: node test/bench/recordings/main.ts writes it",
    );
  }
  return index;
}

function isRecording(value: unknown): value is Recording {
  const names = ["target", "file", "cacheControl"];
  return names.every((name) => typeof Object(value)[name] === "string");
}

/** The domain services, in the order in which a home page needs them. */
export const SERVICES = ["users", "orders", "recommendations", "catalog"] as const;
/** One of the four domain services. */
export type ServiceName = (typeof SERVICES)[number];

/** The services' stand-ins, while they run. */
export interface RecordedServices extends AsyncDisposable {
  /** `USERS_URL` and so on, by which a BFF finds them. */
  readonly addresses: Readonly<Record<string, string>>;
}

/**
 * Starts a process that gives the recorded answers of all four services as cheaply as Node can.
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
      SERVICES.map((name, index) => [`${name.toUpperCase()}_URL`, `http://127.0.0.1:${ports[index]}`]),
    ),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.disconnect();
      await once(child, "exit");
    },
  };
}
