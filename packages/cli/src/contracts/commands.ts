import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** What to start for a request: arguments of Node, and where. */
export type Commands = readonly { readonly cwd: string; readonly args: readonly string[] }[];

/**
 * The programs that check, write or release contracts: whatever app has one is found by it.
 * @param options.names the apps; with `release` one app and a version; none: all apps
 * @returns what is wrong, as a text, where the request is
 */
export function contractCommands(options: {
  readonly root: string;
  readonly write: boolean;
  readonly release: boolean;
  readonly names: readonly string[];
}): Commands | string {
  const { root, write, release, names } = options;
  const apps = globSync("apps/*/contracts/{openapi.json,schema.graphql}", { cwd: root })
    .map((file) => basename(dirname(dirname(file))))
    .toSorted();
  const guard = join(root, "packages", "contract-guard", "src", "main.ts");
  const folder = (app: string): string => join(root, "apps", app);
  if (release) {
    const [app, version, ...more] = names;
    if (app === undefined || version === undefined || more.length > 0)
      return "Say which app and which version: npm run contracts -- --release mobile-bff 3.1.0";
    if (!apps.includes(app)) return unknown(app, apps);
    // The client package has the types of each released contract.
    return [{ cwd: root, args: [guard, "--release", version, folder(app)] }, ...writing(folder(app))];
  }
  const stranger = names.find((name) => !apps.includes(name));
  if (stranger !== undefined) return unknown(stranger, apps);
  const chosen = names.length === 0 ? apps : names;
  if (!write) return [{ cwd: root, args: [guard, ...chosen.map(folder)] }];
  return chosen.flatMap((app) => writing(folder(app)));
}

/**
 * The app's script that writes the contract from its screens, or, where the contract is written by hand, what is generated from it. Both
 * write the types of the client package besides.
 */
function writing(folder: string): Commands {
  const file = join(folder, "package.json");
  const manifest: unknown = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const scripts = new Set(Object.keys(Object(Object(manifest).scripts)));
  const script = ["contracts", "generate"].find((name) => scripts.has(name));
  return script === undefined ? [] : [{ cwd: folder, args: ["--run", script] }];
}

function unknown(name: string, apps: readonly string[]): string {
  return `No app ${JSON.stringify(name)} has a contract: ${apps.join(", ")} have one.`;
}
