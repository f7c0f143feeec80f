/**
 * How a program of tests and development starts and ends. service-kit has the same for what is
 * deployed: it is tested with this package, which therefore cannot use it.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import type { ListenOptions, Server } from "node:net";
import { pathToFileURL } from "node:url";

/**
 * Answers `--help` and `--version`, which end the process with 0. Any other argument is the
 * program's own.
 *
 * @param name what the program calls itself
 * @param help what comes after its name and version
 */
function answerHelp(name: string, help: string): void {
  const asked = new Set(process.argv.slice(2));
  if (!asked.has("--help") && !asked.has("--version")) return;
  const version = `${name} ${programVersion()}\n`;
  process.stdout.write(asked.has("--version") ? version : `${version}\n${help.trim()}\n`);
  process.exit(0);
}

/**
 * Runs a command, or answers `--help` and `--version`. A TypeError says what is wrong with its
 * arguments or this machine: it ends the process with 2, in one line with the usage.
 */
export async function runCommand(name: string, usage: string, run: () => Promise<void>): Promise<void> {
  answerHelp(name, `Usage: ${usage}`);
  try {
    await run();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    process.stderr.write(`${name}: ${error.message} (usage: ${usage})\n`);
    process.exitCode = 2;
  }
}

/** Answers the same two for a program without arguments: any other one ends the process with 1. */
export function answerArguments(name: string, help: string): void {
  answerHelp(name, help);
  const [other] = process.argv.slice(2);
  if (other === undefined) return;
  process.stderr.write(
    `${name} cannot start: it takes no arguments but --help and --version, got '${other}'\n`,
  );
  process.exit(1);
}

/** Listens, by default on a free port of the loopback interface, and returns the port. */
export async function listen(server: Server, options: ListenOptions = {}): Promise<number> {
  await once(server.listen({ port: 0, host: "127.0.0.1", ...options }), "listening");
  const address = server.address();
  if (typeof address === "object" && address !== null) return address.port;
  throw new TypeError(`expected a TCP port, got ${String(address)}`);
}

/**
 * Prints the line of JSON for which `npm start` waits, and ends the process with 0 when a signal
 * says so.
 *
 * @param said what the line says besides: the ports
 * @param stop called once, before the process ends
 */
export function sayReady(said: object, stop: () => Promise<void>): void {
  const end = (): void => {
    process.off("SIGTERM", end).off("SIGINT", end);
    void stop().then(() => process.exit(0));
  };
  process.on("SIGTERM", end).on("SIGINT", end);
  // A full disk must not end the program because of one line.
  process.stdout.on("error", () => undefined);
  process.stdout.write(`${JSON.stringify({ ready: true, ...said })}\n`);
}

/** The version of the package that the program belongs to, `0.0.0` where it has none. */
function programVersion(): string {
  const manifest = findPackageJSON(".", pathToFileURL(process.argv[1] ?? ""));
  if (manifest === undefined) return "0.0.0";
  const { version }: { version?: unknown } = JSON.parse(readFileSync(manifest, "utf8"));
  return typeof version === "string" ? version : "0.0.0";
}
