import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { CommandError, UsageError } from "./command-line.ts";
import type { Values } from "./command-line.ts";
import type { CONTRACTS_OPTIONS } from "./options.ts";
import { appNamed, binOf, scriptsOf } from "./repository.ts";

/** What to start for a request: arguments of Node, and where. */
export type Commands = readonly { readonly cwd: string; readonly args: readonly string[] }[];

type Wanted = Values<typeof CONTRACTS_OPTIONS>;

/** Checks, writes or releases contracts. @returns the worst exit code. @throws UsageError */
export function contracts(wanted: Wanted, names: readonly string[], root: string): number {
  const commands = contractCommands(root, wanted, names);
  if (wanted.write !== true) for (const app of chosenApps(root, wanted, names)) refuseStale(root, app);
  let worst = 0;
  for (const { cwd, args } of commands) {
    worst = Math.max(worst, spawnSync(process.execPath, args, { cwd, stdio: "inherit" }).status ?? 1);
    // Nothing is written after a release that was refused.
    if (wanted.release === true && worst > 0) break;
  }
  return worst;
}

/**
 * The programs that check, write or release contracts. An app has a contract if it has the file.
 *
 * @param names the apps, all where there is none; with `release`, one app and a version
 * @throws UsageError for an app without a contract, and for a release without a version
 */
export function contractCommands(
  root: string,
  { write = false, release = false }: Wanted,
  names: readonly string[],
): Commands {
  const chosen = chosenApps(root, { release }, names);
  const guard = (): string => binOf(root, "@triptych/contract-guard", "contract-guard");
  const folder = (app: string): string => join(root, "apps", app);
  if (release) {
    const [app] = chosen;
    const [, version, ...more] = names;
    if (names.length === 0 || app === undefined || version === undefined || more.length > 0) {
      throw new UsageError(
        "say which app and which version: npm run contracts -- --release mobile-bff 3.1.0",
      );
    }
    // The client package has the types of each released contract.
    return [{ cwd: root, args: [guard(), "--release", version, folder(app)] }, ...writing(folder(app))];
  }
  if (write) return chosen.flatMap((app) => writing(folder(app)));
  return [{ cwd: root, args: [guard(), ...chosen.map(folder)] }];
}

/** The named apps, or all with a contract. With `release`, a version follows the name. */
function chosenApps(root: string, { release = false }: Wanted, names: readonly string[]): readonly string[] {
  const apps = globSync("apps/*/contracts/{openapi.json,schema.graphql}", { cwd: root })
    .map((file) => basename(dirname(dirname(file))))
    .toSorted();
  const given = release ? names.slice(0, 1) : names;
  return given.length === 0 ? apps : given.map((name) => appNamed(name, apps, "app with a contract"));
}

/** The guard reads the contract's file: it must be what the screens make. @throws CommandError */
export function refuseStale(root: string, app: string): void {
  const cwd = join(root, "apps", app);
  if (!scriptsOf(cwd).has("contract")) return;
  const text = readFileSync(join(cwd, "contracts", "openapi.json"), "utf8");
  const version = String(Object(Object(JSON.parse(text)).info).version);
  const args = ["--run", "contract", "--", "--print", version];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new CommandError(`apps/${app}: its screens cannot be described:\n${stderr}`);
  // Which examples the contract leaves out.
  process.stderr.write(stderr);
  if (stdout === text) return;
  throw new CommandError(
    `apps/${app}/contracts/openapi.json is not what the screens make: npm run contracts -- --write ${app}`,
  );
}

/**
 * The app's script that writes the contract from its screens or, where the contract is written by
 * hand, generates code from it. Both also write the types of the client package.
 */
function writing(folder: string): Commands {
  const scripts = scriptsOf(folder);
  const script = ["contracts", "generate"].find((name) => scripts.has(name));
  return script === undefined ? [] : [{ cwd: folder, args: ["--run", script] }];
}
