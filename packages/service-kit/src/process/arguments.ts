import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { SettingsError } from "../settings/read-settings.ts";
import type { Setting } from "../settings/read-settings.ts";

/**
 * Answers `--help` and `--version`, which end the process. A program has no other arguments.
 *
 * @param args what comes after the program's own path
 * @throws SettingsError for any other argument: it was meant to be a setting
 */
export function answerArguments(
  name: string,
  spec: Readonly<Record<string, Pick<Setting<unknown>, "about">>>,
  args: readonly string[],
): void {
  if (args.length === 0) return;
  const [flag] = args;
  if (flag !== "--help" && flag !== "--version") {
    throw new SettingsError([
      `it takes no arguments but --help and --version: settings are environment variables`,
    ]);
  }
  const version = `${name} ${programVersion()}`;
  process.stdout.write(`${flag === "--version" ? version : `${version}\n\n${describeSettings(spec)}`}\n`);
  process.exit(0);
}

/** A line for each setting: its name and what it is. */
function describeSettings(spec: Readonly<Record<string, Pick<Setting<unknown>, "about">>>): string {
  const names = Object.keys(spec);
  const width = Math.max(...names.map((name) => name.length));
  const lines = Object.entries(spec).map(([name, { about }]) => `  ${name.padEnd(width)}  ${about}`);
  return ["Settings, from the environment:", ...lines].join("\n");
}

/** The version of the package that this program belongs to, `0.0.0` where it belongs to none. */
export function programVersion(): string {
  return packageVersion(process.argv[1] ?? "");
}

function packageVersion(file: string): string {
  const folder = dirname(file);
  const manifest = join(folder, "package.json");
  if (existsSync(manifest)) {
    const { version }: { version?: unknown } = JSON.parse(readFileSync(manifest, "utf8"));
    if (typeof version === "string") return version;
  }
  return folder === file ? "0.0.0" : packageVersion(folder);
}
