import { BadSetting, quoted, type Setting } from "./setting.ts";

/** One of a few words, exactly as written. */
export function choice<const Choice extends string>(
  choices: readonly Choice[],
  options: { readonly default: NoInfer<Choice> },
): Setting<Choice> {
  return {
    read(name, text) {
      if (text === undefined) return options.default;
      const chosen = choices.find((candidate) => candidate === text);
      if (chosen !== undefined) return chosen;
      throw new BadSetting(`${name} is ${quoted(text)} (expected one of ${choices.join(", ")})`);
    },
  };
}

export type LogLevel = "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";

/** What the log shows: a pino level, `info` where it is not set. */
export function logLevel(): Setting<LogLevel> {
  return choice(["fatal", "error", "warn", "info", "debug", "trace", "silent"], { default: "info" });
}

export type NodeEnv = "production" | "development" | "test";

/**
 * `development` where it is not set. Other words are refused: a process that is told `prod` would
 * otherwise run with what only development may have.
 */
export function nodeEnv(): Setting<NodeEnv> {
  return choice(["production", "development", "test"], { default: "development" });
}
