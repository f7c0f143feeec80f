import { existsSync, globSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** What to start for a request: the program of each, and its arguments. */
export type Commands = readonly (readonly string[])[];

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
    return apps.includes(app) ? [[guard, "--release", version, folder(app)]] : unknown(app, apps);
  }
  const stranger = names.find((name) => !apps.includes(name));
  if (stranger !== undefined) return unknown(stranger, apps);
  const chosen = names.length === 0 ? apps : names;
  if (!write) return [[guard, ...chosen.map(folder)]];
  // A schema that is written by hand has no such program.
  const generate = join(root, "packages", "contract-codegen", "src", "client", "main.ts");
  return chosen.flatMap((app) => {
    const describe = [join(folder(app), "src", "contract", "main.ts")];
    const hasClient = existsSync(join(folder(app), "client"));
    return hasClient ? [describe, [generate].concat(clientTypes(folder(app), app))] : [describe];
  });
}

/** Where an app has a client package, its types come from the contract. */
function clientTypes(folder: string, app: string): readonly string[] {
  const command = `npm run contracts -w @triptych/${app}`;
  const target = join(folder, "client", "generated", "contract.d.ts");
  return ["--command", command, join(folder, "contracts", "openapi.json"), target];
}

function unknown(name: string, apps: readonly string[]): string {
  return `No app ${JSON.stringify(name)} has a contract: ${apps.join(", ")} have one.`;
}
