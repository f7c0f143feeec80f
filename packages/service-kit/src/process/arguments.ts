import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { pathToFileURL } from "node:url";
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

/** The version of the package that this program belongs to, `0.0.0` where it has none. */
export function programVersion(): string {
  const manifest = findPackageJSON(pathToFileURL(process.argv[1] ?? ""));
  if (manifest === undefined) return "0.0.0";
  const { version }: { version?: unknown } = JSON.parse(readFileSync(manifest, "utf8"));
  return typeof version === "string" ? version : "0.0.0";
}
