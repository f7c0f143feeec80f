import { rmSync } from "node:fs";
import { Agent, request } from "undici";
import type { Dispatcher } from "undici";
import type { Route } from "../service/app.ts";
import { listenAsService, startService } from "../service/run.ts";
import type { RunningService, ServiceDefinition } from "../service/run.ts";
import type { Settings } from "../service/settings.ts";
import { stderrLogger } from "../service/tools.ts";
import type { Clock, Logger } from "../service/tools.ts";
import type { Switches } from "@triptych/testing/switches";
import { copiedData, temporaryDirectory } from "./pristine-data.ts";

/** What a call got. */
export interface Answer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
}

/** What a call may add. */
export interface CallOptions {
  method?: Dispatcher.HttpMethod;
  /** A flat list, for headers that come twice. */
  headers?: Record<string, string> | string[];
  body?: string | Buffer;
  signal?: AbortSignal;
}

/** A service on ports of its own, with data of its own. */
export interface ServiceUnderTest {
  dataDir: string;
  port: number;
  adminPort: number;
  /** Calls the public port; `userId` "" sends no `X-User-Id`. */
  call(userId: string, path: string, options?: CallOptions): Promise<Answer>;
  admin(method: Dispatcher.HttpMethod, path: string, body?: unknown): Promise<Answer>;
  setSwitches(switches: Switches | object): Promise<void>;
  /** Stops it and keeps its data. */
  halt(): Promise<void>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

/** What a test may choose. */
export interface UnderTestOptions {
  dataDir?: string;
  clock?: Clock;
  settings?: Partial<Settings>;
}

const SETTINGS: Omit<Settings, "dataDir"> = {
  port: 0,
  adminPort: 0,
  host: "127.0.0.1",
  logLevel: "warn",
  mediaUrl: "https://shop.example",
  txnTokenKeys: undefined,
  txnTokenOptional: false,
  switches: {},
};

/** Starts a service on a copy of the pristine data. The caller stops it. */
export async function startUnderTest(
  definition: ServiceDefinition,
  { dataDir, clock = Date, settings = {} }: UnderTestOptions = {},
): Promise<ServiceUnderTest> {
  const directory = dataDir ?? (await copiedData(definition.name));
  const tools = { clock, logger: stderrLogger(definition.name, "warn") };
  return underTest(
    await startService(definition, { ...SETTINGS, dataDir: directory, ...settings }, tools),
    directory,
  );
}

/** Starts a service that has these routes and no data. The caller stops it. */
export async function startRoutes(
  routes: readonly Route[],
  logger: Logger = stderrLogger("sample", "silent"),
): Promise<ServiceUnderTest> {
  const dataDir = temporaryDirectory();
  const tools = { clock: Date, logger };
  return underTest(await listenAsService("sample", { routes }, { ...SETTINGS, dataDir }, tools), dataDir);
}

function underTest(running: RunningService, directory: string): ServiceUnderTest {
  const agent = new Agent();
  const send = async (port: number, path: string, options: CallOptions): Promise<Answer> => {
    const { method = "GET", headers = {}, body = null, signal } = options;
    const answer = await request(`http://127.0.0.1:${port}${path}`, {
      dispatcher: agent,
      method,
      headers,
      body,
      ...(signal === undefined ? {} : { signal }),
    });
    return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
  };
  const admin = (method: Dispatcher.HttpMethod, path: string, body?: unknown): Promise<Answer> =>
    send(running.adminPort, path, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
  const halt = async (): Promise<void> => {
    await agent.close();
    await running.stop();
  };
  return {
    dataDir: directory,
    port: running.port,
    adminPort: running.adminPort,
    call: (userId, path, options = {}) =>
      send(running.port, path, { ...options, headers: withUser(userId, options.headers) }),
    admin,
    async setSwitches(switches) {
      const answer = await admin("PUT", "/switches", switches);
      if (answer.status !== 200) throw new Error(`the switches were not taken: ${answer.text}`);
    },
    halt,
    async stop() {
      await halt();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function withUser(userId: string, headers: CallOptions["headers"] = {}): Record<string, string> | string[] {
  if (userId === "") return headers;
  return Array.isArray(headers) ? [...headers, "x-user-id", userId] : { ...headers, "x-user-id": userId };
}
