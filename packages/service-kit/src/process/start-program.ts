import { systemClock } from "../clock.ts";
import type { Clock } from "../clock.ts";
import { createLogger } from "../logging/logger.ts";
import type { Logger } from "../logging/logger.ts";
import { createMetrics } from "../metrics/metrics.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { readSettings } from "../settings/read-settings.ts";
import type { LogLevel, Setting } from "../settings/read-settings.ts";
import type { Tracing, TracingSettings } from "../tracing/otlp.ts";
import { openTracing } from "../tracing/tracing.ts";
import { runMain } from "./run-main.ts";
import { answerArguments, programVersion } from "./arguments.ts";
import { serve } from "./serve.ts";
import type { ServeOptions } from "./serve.ts";

/** The settings of every program that serves; a program reads them with its own. */
export interface ServingSettings extends TracingSettings {
  readonly PORT: number;
  readonly ADMIN_PORT: number;
  readonly HOST: string | undefined;
  readonly DRAIN_DELAY_MS: number;
  readonly LOG_LEVEL: LogLevel;
  readonly COMMIT: string | undefined;
}

/** What a program is made with: one of each, for everything in it. */
export interface ProgramTools {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing | undefined;
  readonly clock: Clock;
}

/** A program whose connections are open. */
export interface OpenProgram extends Pick<
  ServeOptions,
  "app" | "adminApp" | "moreMetrics" | "tls" | "overloadPage" | "ready"
> {
  /** Closes the connections, once no request is in flight. */
  readonly close: () => Promise<void>;
}

/**
 * Runs a program that serves, until a signal: reads the settings, opens what it needs, serves, and
 * drains. A missing or malformed setting ends it with one line that names it. `--help` shows the
 * settings, and `--version` the version of the package that the program belongs to.
 *
 * @param name in the log, the metrics and `Server-Timing`
 * @param spec the settings, each of `ServingSettings` and the program's own
 * @param open may throw a SettingsError, for a file that cannot be used
 */
export async function startProgram<Settings extends ServingSettings>(
  name: string,
  spec: { readonly [Name in keyof Settings]: Setting<Settings[Name]> },
  env: Readonly<Record<string, string | undefined>>,
  open: (settings: Settings, tools: ProgramTools) => OpenProgram | Promise<OpenProgram>,
  clock: Clock = systemClock,
): Promise<void> {
  await runMain(name, async () => {
    answerArguments(name, spec, process.argv.slice(2));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the spec has a setting for each member, by its type
    const settings = readSettings(env, spec) as unknown as Settings;
    const version = programVersion();
    const metrics = createMetrics({ name, build: { version, commit: settings.COMMIT ?? "unknown" } });
    const logger = createLogger({ name, level: settings.LOG_LEVEL, metrics });
    const tracing = await openTracing({ name, version, settings, clock });
    const { close, ...opened } = await open(settings, { logger, metrics, tracing, clock });
    await serve({
      ...opened,
      name,
      port: settings.PORT,
      adminPort: settings.ADMIN_PORT,
      host: settings.HOST,
      drainDelayMs: settings.DRAIN_DELAY_MS,
      logger,
      metrics,
      clock,
      onDrained: async () => {
        await Promise.all([close(), tracing?.close()]);
      },
    });
  });
}
