import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Terminal } from "../command-line.ts";
import { refuseStale } from "../contracts.ts";
import { binOf, isPlace, nameOf, readManifest, scriptsOf } from "../repository.ts";
import type { Bff } from "../repository.ts";

/** Something that is wrong with a repository. */
export interface Finding {
  /** Relative to the root. */
  readonly file: string;
  readonly what: string;
  /** What to do. */
  readonly todo: string;
}

/** `triptych doctor`: what an upgrade, or a hand, has left wrong. @returns 1 where something is */
export function printFindings({ root, output }: Pick<Terminal, "root" | "output">): number {
  const findings = findingsIn(root);
  for (const { file, what, todo } of findings) output.write(`${file}: ${what}\n  ${todo}\n`);
  output.write(findings.length === 0 ? "Nothing is wrong.\n" : `${findings.length} findings\n`);
  return findings.length === 0 ? 0 : 1;
}

/** Everything that is wrong, in the order in which it should be mended. */
export function findingsIn(root: string): readonly Finding[] {
  const apps = globSync("apps/*", { cwd: root }).toSorted();
  return [
    ...packageFindings(root),
    ...apps.flatMap((folder) => appFindings(root, folder)),
    ...chassisFindings(root),
    ...settingFindings(root),
    ...generatedFindings(root),
  ];
}

/** All packages have one version: classes of two are not each other's. */
function packageFindings(root: string): readonly Finding[] {
  const versions = new Map(
    globSync("node_modules/@triptych/*/dist", { cwd: root }).map((dist): [string, string] => {
      const { name, version } = readManifest(join(root, dirname(dist)));
      return [String(name), String(version)];
    }),
  );
  const newest = [...versions.values()]
    .toSorted((one, other) => one.localeCompare(other, "en", { numeric: true }))
    .at(-1);
  const old = [...versions].filter(([, version]) => version !== newest).map(([name]) => name);
  if (old.length === 0) return [];
  const what = `${old.join(", ")} ${old.length === 1 ? "is" : "are"} not ${newest}, as the other packages are`;
  return [{ file: "package-lock.json", what, todo: "npm update" }];
}

/** An app that `npm start` does not find, or whose port it has wrong. */
function appFindings(root: string, folder: string): readonly Finding[] {
  const app = readText(join(root, folder, "src/app.ts"));
  if (!app.includes("defineBff(")) return [];
  const file = `${folder}/package.json`;
  if (!folder.endsWith("-bff")) {
    const what = "npm start skips the app: its folder's name does not end with -bff";
    return [{ file, what, todo: `rename the folder to ${basename(folder)}-bff, and what names it` }];
  }
  const { config } = readManifest(join(root, folder));
  if (!isPlace(config)) {
    const todo = 'add "config": { "port": <port>, "prefix": "/<client>" }, the values of src/app.ts';
    return [{ file, what: "does not say where npm start runs the app", todo }];
  }
  const wrong = portFindings(folder, app, config);
  const main = `${folder}/src/main.ts`;
  if (existsSync(join(root, main))) return wrong;
  const what = "is missing, so npm start skips the app";
  return [...wrong, { file: main, what, todo: "write it as the other BFFs have it" }];
}

/** The port and the prefix are written twice: for the app, and for the tools. */
function portFindings(
  folder: string,
  app: string,
  { port, prefix }: Pick<Bff, "port" | "prefix">,
): readonly Finding[] {
  const wrong = [
    [/\bport: (\d[\d_]*),/.exec(app)?.[1]?.replaceAll("_", ""), String(port), "port"],
    [/\bprefix: "([^"]+)",/.exec(app)?.[1], prefix, "prefix"],
  ].filter(([said, known]) => said !== undefined && said !== known);
  return wrong.map(([said, known, what]) => ({
    file: `${folder}/src/app.ts`,
    what: `its ${what} is ${said}, but ${known} in package.json: the gateway would look for it there`,
    todo: "make both the same",
  }));
}

/** What scripts and files of an app looked like in earlier versions, and what they are now. */
const CHASSIS: readonly (readonly [file: string, old: RegExp, what: string, todo: string])[] = [
  [
    "package.json",
    /"[^"]*": "[^"]*packages\/(?:cli|bff)\/src\//,
    "a script runs a source that an installed package does not have",
    "use the commands triptych-test and bff-contract",
  ],
  [
    "src/main.ts",
    /^(?![^]*startBff\(\w+, process\.env\))[^]*startBff\(/,
    "startBff is called in an old form",
    "write await startBff(bff, process.env)",
  ],
  [
    "deploy/Dockerfile",
    /packages\/(?:cli|service-kit)\/src\//,
    "the image is made from sources that are not here",
    "write RUN npm ci --ignore-scripts && npx triptych image <app> --out /app, and start node_modules/@triptych/service-kit/dist/start.js",
  ],
];

function chassisFindings(root: string): readonly Finding[] {
  // Where the sources are workspaces, their paths are right.
  if (existsSync(join(root, "packages/cli/package.json"))) return [];
  return globSync("apps/*", { cwd: root })
    .toSorted()
    .flatMap((folder) =>
      CHASSIS.flatMap(([path, old, what, todo]) =>
        old.test(readText(join(root, folder, path))) ? [{ file: `${folder}/${path}`, what, todo }] : [],
      ),
    );
}

/** Addresses and secrets that an app needs, and that its deployment does not set. */
function settingFindings(root: string): readonly Finding[] {
  const clients = new RegExp(`"@${nameOf(root)}/domain-clients/([a-z0-9-]+)"`, "g");
  const unset = (folder: string, needed: readonly (readonly [setting: string, value: string])[]) => {
    const file = `${folder}/deploy/base/deployment.yaml`;
    const text = readText(join(root, file));
    return needed
      .filter(([setting]) => text !== "" && !new RegExp(`\\b${setting}(?:_FILE)?\\b`).test(text))
      .map(([setting, value]) => ({
        file,
        what: `${setting} is not set, so the app would not start`,
        todo: `add - { name: ${setting}, ${value} } to its env`,
      }));
  };
  const addresses = (text: string, names: RegExp) =>
    [...text.matchAll(names)].map(
      ([, name = ""]) => [`${name.toUpperCase().replaceAll("-", "_")}_URL`, "value: …"] as const,
    );
  return globSync("apps/*-bff", { cwd: root })
    .toSorted()
    .flatMap((folder) => {
      const upstreams = readText(join(root, folder, "src/upstreams.ts"));
      const secrets = [...upstreams.matchAll(/\bsetting\("(\w+)"\)/g)].map(
        ([, name = ""]) => [name, "valueFrom: { secretKeyRef: … }"] as const,
      );
      return unset(folder, [...addresses(upstreams, clients), ...secrets]);
    });
}

/** What earlier versions generated in another form. */
function generatedFindings(root: string): readonly Finding[] {
  const holds = (cwd: string, args: readonly string[]) =>
    spawnSync(process.execPath, args, { cwd: join(root, cwd) }).status === 0;
  const clients = globSync("apps/*/contracts/openapi.json", { cwd: root }).flatMap((file) => {
    const folder = dirname(dirname(file));
    const codegen = binOf(root, "@triptych/contract-codegen", "contract-codegen");
    const todo = `npm run contracts -- --write ${basename(folder)}`;
    try {
      refuseStale(root, basename(folder));
    } catch {
      return [{ file, what: "is not what the screens make, or they cannot be read", todo }];
    }
    if (holds(folder, [codegen, "client", "--check"])) return [];
    return [{ file: `${folder}/client/generated`, what: "is not what the contract makes", todo }];
  });
  const modules = globSync("packages/*", { cwd: root }).flatMap((folder) => {
    if (!scriptsOf(join(root, folder)).has("generate:check")) return [];
    if (holds(folder, ["--run", "generate:check"])) return [];
    const todo = `npm run generate -w ${String(readManifest(join(root, folder))["name"])}`;
    return [{ file: `${folder}/src/generated`, what: "is not what its contracts make", todo }];
  });
  return [...clients, ...modules].toSorted((one, other) => one.file.localeCompare(other.file));
}

function readText(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
