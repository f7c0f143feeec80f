/** How one environment variable becomes a value. The functions of this folder make them. */
export interface Setting<Value> {
  /** What it is, with its form, unit and default: a line of `--help` and of docs/settings.md. */
  readonly about: string;
  /**
   * @param name the variable's name, for the complaint
   * @param text what the environment holds; `undefined` where it is unset or empty
   * @param earlier the values of the settings declared before this one
   * @throws {BadSetting} with a complaint that starts with `name` and never shows a secret
   */
  read(name: string, text: string | undefined, earlier: ReadonlyMap<string, unknown>): Value;
}

/** One setting that cannot be used. `readSettings` gathers them into one `SettingsError`. */
export class BadSetting extends Error {
  override readonly name = "BadSetting";
}

const LONGEST_SHOWN = 80;
// Anything that could end the line or hide what follows on a terminal.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** `text` in quotes as one printable line of bounded length, to be shown in a complaint. */
export function quoted(text: string): string {
  const cut = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  const line = cut.replace(UNPRINTABLE, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
  return `'${line}'`;
}

type SettingsSpec = Readonly<Record<string, Setting<unknown>>>;

/** The typed settings that a spec gives. */
export type SettingsOf<Spec extends SettingsSpec> = {
  readonly [Name in keyof Spec]: Spec[Name] extends Setting<infer Value> ? Value : never;
};

/** The environment cannot be used. `message` has one line for each bad setting. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly code = "bad-settings";
  /** One complaint for each bad setting, in the order in which they were declared. */
  readonly complaints: readonly string[];

  constructor(complaints: readonly string[]) {
    super(complaints.join("\n"));
    this.complaints = complaints;
  }
}

/**
 * Reads the declared settings from an environment. All are read before it gives up, so one start
 * shows everything that must be fixed. Undeclared variables are ignored.
 *
 * @throws {SettingsError} where a setting is missing or malformed
 */
export function readSettings<const Spec extends SettingsSpec>(
  env: Readonly<Record<string, string | undefined>>,
  spec: Spec,
): SettingsOf<Spec> {
  const values = new Map<string, unknown>();
  const complaints: string[] = [];
  for (const [name, setting] of Object.entries(spec)) {
    // Compose files and CI write "NAME=" for a variable that they do not set.
    const text = env[name]?.trim() || undefined;
    try {
      values.set(name, setting.read(name, text, values));
    } catch (error) {
      if (!(error instanceof BadSetting)) throw error;
      complaints.push(error.message);
    }
  }
  if (complaints.length > 0) throw new SettingsError(complaints);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every name of the spec has its own setting's value here, which no type guard can tell the compiler
  return Object.fromEntries(values) as SettingsOf<Spec>;
}

/** One of a few words, exactly as written. */
export function choice<const Choice extends string>(
  choices: readonly Choice[],
  options: { readonly default: NoInfer<Choice>; readonly about: string },
): Setting<Choice> {
  return {
    about: `${options.about}: ${choices.join(", ")}; default ${options.default}`,
    read(name, text) {
      if (text === undefined) return options.default;
      const chosen = choices.find((candidate) => candidate === text);
      if (chosen !== undefined) return chosen;
      throw new BadSetting(`${name} is ${quoted(text)} (expected one of ${choices.join(", ")})`);
    },
  };
}

/** A number between two others. */
export function number(options: {
  readonly least: number;
  readonly most: number;
  readonly default: number;
  readonly about: string;
}): Setting<number> {
  const { least, most } = options;
  return {
    about: `${options.about}; ${least} to ${most}, default ${options.default}`,
    read(name, text) {
      if (text === undefined) return options.default;
      const value = /^\d{1,9}(?:\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
      if (value >= least && value <= most) return value;
      throw new BadSetting(`${name} is ${quoted(text)} (expected a number from ${least} to ${most})`);
    },
  };
}

/** Any text, `undefined` where it is not set: a file's path, for example. */
export function optionalText(about: string): Setting<string | undefined> {
  return { about, read: (_name, text) => text };
}

export type LogLevel = "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";

/** What the log shows: a pino level, `info` where it is not set. */
export function logLevel(): Setting<LogLevel> {
  return choice(["fatal", "error", "warn", "info", "debug", "trace", "silent"], {
    default: "info",
    about: "the least that is logged",
  });
}

/** Which commit runs, for `build_info`. */
export function commit(): Setting<string | undefined> {
  return optionalText("the commit that it was built from, for the metric build_info; default unknown");
}

export type NodeEnv = "production" | "development" | "test";

/**
 * `development` where it is not set. Other words are refused: a process that is told `prod` would
 * otherwise run with what only development may have.
 */
export function nodeEnv(): Setting<NodeEnv> {
  return choice(["production", "development", "test"], {
    default: "development",
    about: "production turns off what only development may have",
  });
}

/** Platforms kill what takes longer to end; with the drain after it this stays under a minute. */
const LONGEST_DRAIN_DELAY_MS = 30_000;

/**
 * How long a process that was told to stop still accepts connections, in milliseconds, while
 * `/readyz` answers 503: the time that load balancers need to notice. Default 0, which is right
 * where the platform itself waits before it sends the signal (Kubernetes: `preStop`).
 */
export function drainDelay(): Setting<number> {
  return number({
    least: 0,
    most: LONGEST_DRAIN_DELAY_MS,
    default: 0,
    about: "ms from SIGTERM until no connection is accepted any more",
  });
}
