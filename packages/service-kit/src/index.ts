export { secondsOf, systemClock, within } from "./clock.ts";
export type { CancelTimer, Clock, Random, WallClock } from "./clock.ts";

export { adminPort, host, port, redisUrl, traceEndpoint, urls } from "./settings/addresses.ts";
export { identityKeys } from "./settings/identity-keys.ts";
export type { IdentityKey } from "./settings/identity-keys.ts";
export {
  BadSetting,
  choice,
  commit,
  drainDelay,
  logLevel,
  nodeEnv,
  number,
  optionalText,
  readSettings,
  SettingsError,
} from "./settings/read-settings.ts";
export { secretSettings } from "./settings/secrets.ts";
export type { LogLevel, NodeEnv, Setting, SettingsOf } from "./settings/read-settings.ts";

export { createLogger } from "./logging/logger.ts";
export type { Logger, LoggerOptions } from "./logging/logger.ts";
export { readableLine } from "./logging/readable.ts";

export { createMetrics } from "./metrics/metrics.ts";
export type { Metrics, MetricsOptions } from "./metrics/metrics.ts";

export { notFoundHandler, problemHandler } from "./problems/problem-handler.ts";
export { isProblemCode, isProblemSource, PROBLEMS, problemBody, ProblemError } from "./problems/problems.ts";
export type { Problem, ProblemBody, ProblemCode, ProblemSource } from "./problems/problems.ts";
export { errorOf } from "./problems/error-of.ts";
export { sendProblem } from "./problems/send-problem.ts";
export type { ProblemPage } from "./problems/send-problem.ts";

export { EVERY_ANSWER, inbound } from "./requests/inbound.ts";
export type { InboundOptions } from "./requests/inbound.ts";
export { announcedBytes, hasBody, holdBody, isJsonType, mediaTypeOf } from "./requests/body.ts";
export { MAX_BODY_BYTES } from "./requests/limits.ts";
export { isRequestId, isScreenOutcome, nameLayer, record } from "./requests/record.ts";
export type { AttemptSpan, CallDetail, RequestRecord } from "./requests/record.ts";
export { screenReporter } from "./requests/screen-reporter.ts";
export type { ScreenReport } from "./requests/screen-reporter.ts";
export {
  continueTrace,
  formatTraceparent,
  newSpanId,
  parseTraceparent,
  parseTracestate,
} from "./requests/trace-context.ts";
export type { TraceContext } from "./requests/trace-context.ts";

export { openTracing, tracingSettings } from "./tracing/tracing.ts";
export type { Tracing, TracingSettings } from "./tracing/otlp.ts";

export { answerArguments } from "./process/arguments.ts";
export { ListenError } from "./process/listen.ts";
export { contain, runMain } from "./process/run-main.ts";
export { startProgram } from "./process/start-program.ts";
export type { OpenProgram, ProgramTools } from "./process/start-program.ts";
export { serve, SHUTDOWN_MS } from "./process/serve.ts";
export type { ServeOptions, Serving } from "./process/serve.ts";
export type { TlsFiles } from "./process/public-server.ts";
