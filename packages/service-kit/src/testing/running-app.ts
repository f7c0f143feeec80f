import express, { type Express } from "express";
import { CapturedLog, FakeClock, RawConnection } from "@triptych/testing";
import { createLogger, type Logger } from "../logging/logger.ts";
import { createMetrics, type Metrics } from "../metrics/metrics.ts";
import { notFoundHandler, problemHandler } from "../problems/problem-handler.ts";
import { serve, type ServeOptions } from "../process/serve.ts";
import { inbound, type InboundOptions } from "../requests/inbound.ts";

export interface RunningApp extends AsyncDisposable {
  readonly port: number;
  readonly adminPort: number;
  readonly origin: string;
  readonly log: CapturedLog<Logger>;
  readonly clock: FakeClock;
  readonly metrics: Metrics;
  /** A connection that the test's end closes. */
  connect(): RawConnection;
  stop(): Promise<void>;
}

/**
 * An Express app on the kit, as a BFF has it, on free ports, with a fake clock and a captured log.
 */
export async function runApp(
  routes: (app: Express) => void,
  {
    tracing,
    ...options
  }: Pick<ServeOptions, "onDrained" | "adminApp" | "drainDelayMs" | "ready" | "overloadPage"> &
    Pick<InboundOptions, "tracing"> = {},
): Promise<RunningApp> {
  const log = new CapturedLog(createLogger);
  const clock = new FakeClock();
  const metrics = createMetrics({ name: "test-app", processMetrics: false });
  const app = express();
  app.use(inbound({ name: "test-app", logger: log.logger, metrics, clock, tracing }));
  app.use(express.json({ limit: 100_000 }));
  routes(app);
  app.use(notFoundHandler);
  app.use(problemHandler({ logger: log.logger }));
  const serving = await serve({
    name: "test-app",
    app,
    port: 0,
    adminPort: 0,
    host: "127.0.0.1",
    logger: log.logger,
    metrics,
    clock,
    signals: [],
    ...options,
  });
  const opened = new DisposableStack();
  return {
    ...serving,
    origin: `http://127.0.0.1:${serving.port}`,
    log,
    clock,
    metrics,
    connect: () => opened.adopt(new RawConnection(serving.port), (connection) => connection.destroy()),
    async [Symbol.asyncDispose]() {
      opened.dispose();
      await serving.stop();
    },
  };
}
