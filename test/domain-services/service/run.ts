import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Express } from "express";
import { callRecord } from "../switches/calls.ts";
import type { CallRecord } from "../switches/calls.ts";
import { answerArguments, listen, sayReady } from "@triptych/testing/program";
import { parseSwitches, switchBoard } from "@triptych/testing/switches";
import type { SwitchBoard } from "@triptych/testing/switches";
import { serviceApp } from "./app.ts";
import type { Route } from "./app.ts";
import { DATA_VERSION, openSeededDatabase } from "./database.ts";
import type { DatabaseSeed, Fill } from "./database.ts";
import { json } from "./reply.ts";
import { identifyByHeader, identifyByToken, bodyOf } from "./request.ts";
import { HELP, readSettings } from "./settings.ts";
import type { Environment, Settings } from "./settings.ts";
import { SettingError, stderrLogger } from "./tools.ts";
import type { Clock, Tools } from "./tools.ts";

/** What one of the four services adds to what they share. */
export interface ServiceDefinition {
  name: "users" | "orders" | "recommendations" | "catalog";
  defaultPort: number;
  /** Imports what fills the database, which takes a while and is needed only once. */
  loadData: () => Promise<{ fill: Fill }>;
  /** Prepares the statements, and returns the routes. */
  open: (database: DatabaseSync, clock: Clock, mediaUrl: string) => Operations;
}

/** What a program answers on its two ports. */
export interface Operations {
  routes: readonly Route[];
  /** Operations on the admin port beside the usual ones. */
  adminRoutes?: readonly Route[];
  /** Releases what the routes use. */
  close?: () => void;
}

/** A program that listens on both ports. */
export interface RunningService {
  service: string;
  port: number;
  adminPort: number;
  /** Gives running calls half a second to end, cuts the others, and then releases what they use. */
  stop(): Promise<void>;
}

/** A supervisor usually gives a process a second or more. */
const DRAIN_MS = 500;
/** Longer than callers keep an idle connection, so that they are the ones who close it. */
const KEEP_ALIVE_MS = 65_000;

/**
 * Starts a service.
 * @throws SettingError if a port is taken or the data directory cannot be used
 */
export async function startService(
  definition: ServiceDefinition,
  settings: Settings,
  tools: Tools,
): Promise<RunningService> {
  const database = await openDatabase(settings.dataDir, seedOf(definition));
  const operations = {
    ...definition.open(database, tools.clock, settings.mediaUrl),
    close: () => database.close(),
  };
  return listenAsService(definition.name, operations, settings, tools);
}

/** How a service's database file is made. */
export function seedOf({ name, loadData }: ServiceDefinition): DatabaseSeed {
  const schema = readFileSync(join(import.meta.dirname, "..", name, "schema.sql"), "utf8");
  return { name, schema, version: DATA_VERSION, load: async () => (await loadData()).fill };
}

async function openDatabase(dataDir: string, seed: DatabaseSeed): Promise<DatabaseSync> {
  try {
    return await openSeededDatabase(dataDir, seed);
  } catch (cause) {
    // Errors of the file system and of SQLite have a code. Others are mistakes in the generators.
    if (!(cause instanceof Error) || !("code" in cause)) throw cause;
    throw new SettingError("DATA_DIR", `'${dataDir}' cannot be used: ${cause.message}`, { cause });
  }
}

/** Listens on a service's two ports. @throws SettingError if one is taken */
export async function listenAsService(
  name: string,
  { routes, adminRoutes = [], close }: Operations,
  settings: Settings,
  { clock, logger }: Tools,
): Promise<RunningService> {
  const board = switchBoard(settings.switches);
  const calls = callRecord(clock);
  const { host, txnTokenKeys: keys, txnTokenOptional: isOptional } = settings;
  const identify = keys === undefined ? identifyByHeader : identifyByToken(keys, clock, isOptional);
  const usual = usualAdminRoutes(name, board, calls);

  await using begun = new AsyncDisposableStack();
  begun.defer(() => close?.());
  const serve = async (setting: "PORT" | "ADMIN_PORT", port: number, app: Express): Promise<number> => {
    const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (req, res) => void app(req, res));
    begun.defer(() => closeWithin(server, DRAIN_MS));
    try {
      return await listen(server, { port, host });
    } catch (cause) {
      const isTaken = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
      const problem = isTaken
        ? `${port} is taken: the ${name} service cannot listen there (free the port, or set ${setting})`
        : `${port} cannot be used on ${host ?? "all interfaces"} by the ${name} service (${String(cause)})`;
      throw new SettingError(setting, problem, { cause });
    }
  };
  const answered = { routes, identify, logger, misbehaviour: { board, calls } };
  const port = await serve("PORT", settings.port, serviceApp(answered));
  const admin = { routes: [...usual, ...adminRoutes], identify: () => null, logger };
  const adminPort = await serve("ADMIN_PORT", settings.adminPort, serviceApp(admin));
  const running = begun.move();
  return { service: name, port, adminPort, stop: () => running.disposeAsync() };
}

/** `DELETE /switches` turns everything off, including what the setting `SWITCHES` said. */
function usualAdminRoutes(service: string, board: SwitchBoard, calls: CallRecord): Route[] {
  const route = (method: Route["method"], path: string, act: (body: unknown) => unknown): Route => ({
    method,
    path,
    answer: (request) => json(act(method === "put" ? bodyOf(request) : undefined)),
  });
  return [
    route("get", "/healthz", () => ({ status: "ok", service })),
    route("get", "/switches", () => board.show()),
    route("put", "/switches", (body) => board.set(parseSwitches(body))),
    route("delete", "/switches", () => board.set({})),
    route("get", "/calls", () => calls.list()),
    route("delete", "/calls", () => calls.clear()),
  ];
}

/** Closes a server: idle connections at once, busy ones when they are done or after `ms`. */
async function closeWithin(server: Server, ms: number): Promise<void> {
  if (!server.listening) return;
  const timer = setTimeout(() => server.closeAllConnections(), ms);
  await once(server.close(), "close");
  clearTimeout(timer);
}

/**
 * Runs a service as this process. It prints one line of JSON on stdout when both ports listen, logs
 * to stderr, and ends with code 0 on SIGTERM and SIGINT, with code 1 and one line if it cannot
 * start.
 *
 * @param name of the service
 * @param define makes the service. It may read settings of its own, and throw SettingError
 */
export function runService(
  name: ServiceDefinition["name"],
  define: (environment: Environment) => ServiceDefinition,
  environment: Environment,
): Promise<void> {
  answerArguments(name, HELP);
  return runProgram(async () => {
    const definition = define(environment);
    const settings = readSettings(environment, definition.defaultPort);
    const logger = stderrLogger(name, settings.logLevel);
    return startService(definition, settings, { clock: Date, logger });
  });
}

/** Runs anything that listens as a service does. */
export async function runProgram(start: () => Promise<RunningService>): Promise<void> {
  try {
    const running = await start();
    const { service, port, adminPort } = running;
    sayReady({ service, port, adminPort }, () => running.stop());
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
