import type { RequestListener } from "node:http";
import { systemClock, type Clock } from "../clock.ts";
import type { Logger } from "../logging/logger.ts";
import { metricsPage } from "../metrics/metrics-page.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { createAdminServer, type Phase } from "./admin-server.ts";
import { drainOnSignals, FLUSH_TIMEOUT_MS } from "./drain-on-signals.ts";
import { listen } from "./listen.ts";
import { PublicServer } from "./public-server.ts";
import type { TlsFiles } from "./public-server.ts";

/** Leaves a second of the ten that a platform usually gives for the rest of the shutdown. */
const DRAIN_TIMEOUT_MS = 9_000;
/** The time that `onDrained` has, so that the process still ends within ten seconds. */
const RELEASE_TIMEOUT_MS = 500;

/**
 * The longest that a process takes from its signal to its end, in milliseconds, besides `drainDelayMs`: the drain, what the app holds, the last
 * log lines. A platform that kills it earlier cuts answers.
 */
export const SHUTDOWN_MS = DRAIN_TIMEOUT_MS + RELEASE_TIMEOUT_MS + FLUSH_TIMEOUT_MS;

export interface ServeOptions {
  /** The program's name: for the line about a taken port, and for who refused in `Server-Timing`. */
  readonly name: string;
  readonly app: RequestListener;
  /** Operations of this program's own on the admin port, which is never public. */
  readonly adminApp?: RequestListener;
  /** 0 takes a free port; so does `adminPort`. */
  readonly port: number;
  readonly adminPort: number;
  /** All interfaces where it is not given. */
  readonly host?: string | undefined;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Those of further apps in this process, shown on the same page. */
  readonly moreMetrics?: readonly Metrics[];
  /** Certificate and key as PEM: the public port then speaks HTTPS. */
  readonly tls?: TlsFiles | undefined;
  readonly clock?: Clock;
  /**
   * How long connections are still taken after a signal, in milliseconds, while `/readyz` says no already: so long those who
   * balance may take to notice. Default: 0.
   */
  readonly drainDelayMs?: number;
  /** How long requests in flight may go on after a signal, in milliseconds. */
  readonly drainTimeoutMs?: number;
  /** Releases what the app holds (pools, connections) once nothing is in flight. */
  readonly onDrained?: () => void | Promise<void>;
  /** The signals that drain and end the process; none for a server inside a test. */
  readonly signals?: readonly NodeJS.Signals[];
}

export interface Serving {
  readonly port: number;
  readonly adminPort: number;
  /** Drains and closes both servers. Does not end the process. Calling it again waits for the same end. */
  stop(): Promise<void>;
}

/**
 * Serves the app on `port`, and health, readiness and metrics on `adminPort`, until a signal.
 * @throws {ListenError} where a port cannot be listened on; nothing is left listening then
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { name, app, host, logger, metrics, clock = systemClock } = options;
  let phase: Phase = "starting";
  const more = (options.moreMetrics ?? []).map(({ registry }) => registry);
  const admin = createAdminServer(() => phase, metricsPage([metrics.registry, ...more]), options.adminApp);
  const publicServer = new PublicServer({ name, app, logger, metrics, clock, tls: options.tls });

  const listening = [
    listen(publicServer.server, { port: options.port, host, role: `${name}'s requests`, setting: "PORT" }),
    listen(admin, {
      port: options.adminPort,
      host,
      role: `${name}'s health and metrics`,
      setting: "ADMIN_PORT",
    }),
  ] as const;
  // Where both ports are taken the program runs already, and PORT is what to name: ADMIN_PORT follows it.
  await Promise.allSettled(listening);
  const [port, adminPort] = await Promise.all(listening).catch((error: unknown) => {
    publicServer.server.close();
    admin.close();
    throw error;
  });
  phase = "ready";
  logger.info({ port, adminPort, readyMs: Math.round(clock.now()) }, "ready");

  async function drain(): Promise<void> {
    phase = "draining";
    logger.info({ inFlight: publicServer.inFlight }, "draining");
    const startedAt = clock.now();
    // A connection that is not accepted yet when the listener closes is reset, with a request in it that nobody may repeat.
    const { drainDelayMs = 0 } = options;
    if (drainDelayMs > 0)
      await new Promise<void>((resolve) => void clock.setTimer(drainDelayMs, resolve, "unref"));
    const cut = await publicServer.drain(options.drainTimeoutMs ?? DRAIN_TIMEOUT_MS);
    await release(options.onDrained, clock, logger);
    logger.info({ cut, drainMs: Math.round(clock.now() - startedAt) }, "drained");
    const closed = new Promise<void>((resolve) => void admin.close(() => resolve()));
    admin.closeAllConnections();
    await closed;
  }

  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= drain().finally(removeSignals));
  const removeSignals = drainOnSignals(options.signals ?? ["SIGTERM", "SIGINT"], stop, { logger, clock });
  return { port, adminPort, stop };
}

/** Runs `onDrained`; neither its failure nor its slowness keeps the process from ending. */
async function release(onDrained: ServeOptions["onDrained"], clock: Clock, logger: Logger): Promise<void> {
  if (onDrained === undefined) return;
  let cancel: (() => void) | undefined;
  const late = new Promise<"late">((resolve) => {
    cancel = clock.setTimer(RELEASE_TIMEOUT_MS, () => resolve("late"), "unref");
  });
  try {
    if ((await Promise.race([onDrained(), late])) === "late") logger.warn("onDrained took too long");
  } catch (error) {
    logger.error({ err: error }, "onDrained failed");
  } finally {
    cancel?.();
  }
}
