import { createServer } from "node:http";
import type { DatabaseSync } from "node:sqlite";
import { plainHandler, switchedHandler } from "../http/handler.ts";
import { identifyByHeader, identifyByToken } from "../http/identity.ts";
import { router } from "../http/router.ts";
import type { Matcher, Route } from "../http/router.ts";
import { openSeededDatabase } from "../sql/seeded-database.ts";
import type { DatabaseSeed, SeededDatabase } from "../sql/seeded-database.ts";
import { adminRoutes } from "../switches/admin-routes.ts";
import { callRecord } from "../switches/calls.ts";
import { switchBoard } from "../switches/board.ts";
import type { Clock } from "./clock.ts";
import { closeWithin, listen } from "./listen.ts";
import type { Logger } from "./logger.ts";
import { SettingError } from "./setting-error.ts";
import type { Settings } from "./settings.ts";

/** What one of the four services adds to what they share. */
export interface ServiceDefinition {
  name: "users" | "orders" | "recommendations" | "catalog";
  seed: DatabaseSeed;
  /** Prepares the statements once and returns the routes, and what the admin port has beyond the switches. */
  open: (database: DatabaseSync, clock: Clock) => { routes: Route[]; adminRoutes?: Route[] };
}

/** A service's two ports. */
export interface ListeningService {
  port: number;
  adminPort: number;
  /** Stops listening, lets running calls end for half a second, cuts the rest, closes what it stands on. */
  stop(): Promise<void>;
}

export interface RunningService extends ListeningService {
  /** The database file. */
  file: string;
  /** Whether it was made by this start. */
  wasMade: boolean;
}

/** What every program needs that listens as a service does. */
export interface Tools {
  clock: Clock;
  logger: Logger;
}

/** What a supervisor that gives one second still sees end in order. */
const DRAIN_MS = 500;

/** Starts a service. @throws SettingError where a port is taken or the data directory cannot be used. */
export async function startService(
  definition: ServiceDefinition,
  settings: Settings,
  tools: Tools,
): Promise<RunningService> {
  const seeded = await openDatabase(definition.seed, settings.dataDir);
  const opened = definition.open(seeded.database, tools.clock);
  const listening = await listenAsService(
    {
      name: definition.name,
      match: router(opened.routes),
      adminRoutes: opened.adminRoutes ?? [],
      close: () => seeded.database.close(),
    },
    settings,
    tools,
  );
  return { ...listening, file: seeded.file, wasMade: seeded.wasMade };
}

/**
 * Listens on a service's two ports: its routes, with the misbehaviour that the switches say, and the switches.
 *
 * @throws SettingError where a port is taken
 */
export async function listenAsService(
  parts: {
    readonly name: string;
    readonly match: Matcher;
    readonly adminRoutes: readonly Route[];
    readonly close: () => void;
  },
  settings: Settings,
  { clock, logger }: Tools,
): Promise<ListeningService> {
  const switches = switchBoard(settings.switches);
  const calls = callRecord(clock);
  const identify =
    settings.txnTokenKeys === undefined
      ? identifyByHeader
      : identifyByToken(settings.txnTokenKeys, clock, settings.txnTokenOptional);
  const publicServer = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS },
    switchedHandler({ match: parts.match, identify, logger, switches, calls }),
  );
  const adminServer = createServer(
    plainHandler({
      match: router([...adminRoutes(parts.name, switches, calls), ...parts.adminRoutes]),
      identify: () => null,
      logger,
    }),
  );
  const stop = async (): Promise<void> => {
    await Promise.all([closeWithin(publicServer, DRAIN_MS), closeWithin(adminServer, DRAIN_MS)]);
    parts.close();
  };
  try {
    const role = `${parts.name} service`;
    const port = await listen(publicServer, {
      port: settings.port,
      host: settings.host,
      role,
      setting: "PORT",
    });
    const adminPort = await listen(adminServer, {
      port: settings.adminPort,
      host: settings.host,
      role,
      setting: "ADMIN_PORT",
    });
    return { port, adminPort, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Longer than the callers keep an idle connection, so that it is they who close it. */
const KEEP_ALIVE_MS = 65_000;

async function openDatabase(seed: DatabaseSeed, dataDir: string): Promise<SeededDatabase> {
  try {
    return await openSeededDatabase(dataDir, seed);
  } catch (cause) {
    // The file system and SQLite give their errors a code; without one it is a mistake in the generators.
    if (!(cause instanceof Error) || !("code" in cause)) throw cause;
    throw new SettingError("DATA_DIR", `'${dataDir}' cannot be used: ${cause.message}`, { cause });
  }
}
