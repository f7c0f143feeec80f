import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UsageError } from "./command-line.ts";

/** What to start for a request: arguments of Node, and where. */
export type Commands = readonly { readonly cwd: string; readonly args: readonly string[] }[];

interface Wanted {
  readonly write?: boolean | undefined;
  readonly release?: boolean | undefined;
}

/**
 * Checks, writes or releases contracts. @returns the worst exit code of the programs that it ran.
 * @throws UsageError
 */
export function contracts(wanted: Wanted, names: readonly string[], root: string): Promise<number> {
  const codes = contractCommands(root, wanted, names).map(
    ({ cwd, args }) => spawnSync(process.execPath, args, { cwd, stdio: "inherit" }).status ?? 1,
  );
  return Promise.resolve(Math.max(0, ...codes));
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
  const apps = globSync("apps/*/contracts/{openapi.json,schema.graphql}", { cwd: root })
    .map((file) => basename(dirname(dirname(file))))
    .toSorted();
  const guard = join(root, "packages", "contract-guard", "src", "main.ts");
  const folder = (app: string): string => join(root, "apps", app);
  const chosen = release ? names.slice(0, 1) : names;
  const stranger = chosen.find((name) => !apps.includes(name));
  if (stranger !== undefined) {
    throw new UsageError(`no app ${JSON.stringify(stranger)} has a contract: ${apps.join(", ")} have one`);
  }
  if (release) {
    const [app, version, ...more] = names;
    if (app === undefined || version === undefined || more.length > 0) {
      throw new UsageError(
        "say which app and which version: npm run contracts -- --release mobile-bff 3.1.0",
      );
    }
    // The client package has the types of each released contract.
    return [{ cwd: root, args: [guard, "--release", version, folder(app)] }, ...writing(folder(app))];
  }
  const all = chosen.length === 0 ? apps : chosen;
  if (write) return all.flatMap((app) => writing(folder(app)));
  return [{ cwd: root, args: [guard, ...all.map(folder)] }];
}

/**
 * The app's script that writes the contract from its screens or, where the contract is written by
 * hand, generates code from it. Both also write the types of the client package.
 */
function writing(folder: string): Commands {
  const file = join(folder, "package.json");
  const manifest: unknown = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const scripts = new Set(Object.keys(Object(Object(manifest).scripts)));
  const script = ["contracts", "generate"].find((name) => scripts.has(name));
  return script === undefined ? [] : [{ cwd: folder, args: ["--run", script] }];
}
