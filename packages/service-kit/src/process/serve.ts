import type { RequestListener } from "node:http";
import { constants } from "node:os";
import { systemClock, within } from "../clock.ts";
import type { Clock } from "../clock.ts";
import { flushed } from "../logging/logger.ts";
import type { Logger } from "../logging/logger.ts";
import { LAST_WRITE_MS } from "../logging/standard-output.ts";
import { metricsPage } from "../metrics/metrics.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { ProblemPage } from "../problems/send-problem.ts";
import { createAdminServer } from "./admin-server.ts";
import type { Phase } from "./admin-server.ts";
import { listen } from "./listen.ts";
import { PublicServer } from "./public-server.ts";
import type { TlsFiles } from "./public-server.ts";

/**
 * How long requests in flight may go on after a signal. Platforms usually allow ten seconds: this
 * leaves one for the rest of the shutdown.
 */
const DRAIN_TIMEOUT_MS = 9_000;
/** The time that `onDrained` has, so that the process still ends within ten seconds. */
const RELEASE_TIMEOUT_MS = 500;

/** How long the last log lines may take to be written, in milliseconds. */
const FLUSH_TIMEOUT_MS = 150;

/**
 * The longest time from a process's signal to its end, in milliseconds, without `drainDelayMs`:
 * drain, release, last log lines. A platform that kills it earlier cuts answers.
 */
export const SHUTDOWN_MS = DRAIN_TIMEOUT_MS + RELEASE_TIMEOUT_MS + FLUSH_TIMEOUT_MS + LAST_WRITE_MS;

export interface ServeOptions {
  /** The program's name, in the message about a taken port and as the layer in `Server-Timing`. */
  readonly name: string;
  readonly app: RequestListener;
  /** Operations of this program's own on the admin port, which is never public. */
  readonly adminApp?: RequestListener;
  /** 0 takes a free port; so does `adminPort`. */
  readonly port: number;
  readonly adminPort: number;
  /** Default: all interfaces. */
  readonly host?: string | undefined;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The metrics of other apps in this process, shown on the same page. */
  readonly moreMetrics?: readonly Metrics[];
  /** Certificate and key as PEM: the public port then speaks HTTPS. */
  readonly tls?: TlsFiles | undefined;
  /** For browsers, while there is no time for them: rendered once. Default: JSON for all. */
  readonly overloadPage?: ProblemPage | undefined;
  readonly clock?: Clock;
  /**
   * How long connections are still accepted after a signal, in milliseconds, while `/readyz`
   * answers 503: the time that load balancers need to notice. Default: 0.
   */
  readonly drainDelayMs?: number;
  /**
   * `/readyz` answers 503 until it resolves, so no traffic comes. Default: when the ports listen.
   */
  readonly ready?: Promise<void> | undefined;
  /** Releases what the app holds (pools, connections) once nothing is in flight. */
  readonly onDrained?: () => void | Promise<void>;
  /** The signals that drain and end the process; none for a server inside a test. */
  readonly signals?: readonly NodeJS.Signals[];
}

export interface Serving {
  readonly port: number;
  readonly adminPort: number;
  /**
   * Drains and closes both servers. Does not end the process. Calling it again waits for the same
   * end.
   */
  stop(): Promise<void>;
}

/**
 * Serves the app on `port`, and health, readiness and metrics on `adminPort`, until a signal.
 * @throws {ListenError} when a port cannot be listened on; nothing is left listening
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { name, host, logger, metrics, clock = systemClock } = options;
  let phase: Phase = "starting";
  const page = metricsPage([metrics, ...(options.moreMetrics ?? [])]);
  const admin = createAdminServer(() => phase, page, options.adminApp);
  const publicServer = new PublicServer({ ...options, clock });

  const listening = [
    listen(publicServer.server, { port: options.port, host, role: `${name}'s requests`, setting: "PORT" }),
    listen(admin, {
      port: options.adminPort,
      host,
      role: `${name}'s health and metrics`,
      setting: "ADMIN_PORT",
    }),
  ] as const;
  // When both ports are taken, name PORT: the program is probably running already.
  await Promise.allSettled(listening);
  const [port, adminPort] = await Promise.all(listening).catch((error: unknown) => {
    publicServer.server.close();
    admin.close();
    throw error;
  });
  if (options.ready === undefined) becomeReady();
  else void options.ready.then(becomeReady);

  function becomeReady(): void {
    if (phase !== "starting") return;
    phase = "ready";
    logger.info({ port, adminPort, readyMs: Math.round(clock.now()) }, "ready");
  }

  async function drain(): Promise<void> {
    phase = "draining";
    logger.info({ inFlight: publicServer.inFlight }, "draining");
    const startedAt = clock.now();
    // A connection still in the backlog when the listener closes is reset, perhaps with a POST in
    // it.
    const { drainDelayMs = 0 } = options;
    if (drainDelayMs > 0)
      await new Promise<void>((resolve) => void clock.setTimer(drainDelayMs, resolve, "unref"));
    const cut = await publicServer.drain(DRAIN_TIMEOUT_MS);
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
  try {
    const released = Promise.resolve(onDrained?.()).then(() => true);
    if (!(await within(RELEASE_TIMEOUT_MS, clock, released, false))) logger.warn("onDrained took too long");
  } catch (error) {
    logger.error({ err: error }, "onDrained failed");
  }
}

/**
 * On the first signal stops and ends the process with 0. On a second one ends it at once, with 128
 * + the signal's number as shells do. Returns a function that takes the listeners away.
 */
function drainOnSignals(
  signals: readonly NodeJS.Signals[],
  stop: () => Promise<void>,
  { logger, clock }: { logger: Logger; clock: Clock },
): () => void {
  let signalled = false;

  function onSignal(signal: NodeJS.Signals): void {
    if (signalled) process.exit(128 + constants.signals[signal]);
    signalled = true;
    void stop().then(async () => {
      await within(FLUSH_TIMEOUT_MS, clock, flushed(logger), undefined);
      // Whatever timer or connection the app forgot must not keep the process alive.
      process.exit(0);
    });
  }

  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    // During a signalled stop the listener stays: without it a second signal would end the flush
    // half way.
    if (!signalled) for (const signal of signals) process.off(signal, onSignal);
  };
}
