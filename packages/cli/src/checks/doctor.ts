import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Terminal } from "../command-line.ts";
import { refuseStale } from "../contracts.ts";
import { binOf, nameOf } from "../repository.ts";

/** Something that is wrong with a repository. */
export interface Finding {
  /** Relative to the root. */
  readonly file: string;
  readonly what: string;
  /** What to do. */
  readonly todo: string;
}

/**
 * `triptych doctor`: what an upgrade, or a hand, has left in a form that the tools do not use.
 *
 * @returns 1 where something was found
 */
export function printFindings({ root, output }: Pick<Terminal, "root" | "output">): number {
  const findings = findingsIn(root);
  for (const { file, what, todo } of findings) output.write(`${file}: ${what}\n  ${todo}\n`);
  output.write(findings.length === 0 ? "Nothing is wrong.\n" : `${findings.length} findings\n`);
  return findings.length === 0 ? 0 : 1;
}

/** Everything that is wrong, in the order in which it should be mended. */
export function findingsIn(root: string): readonly Finding[] {
  return [
    ...packageFindings(root),
    ...appFindings(root),
    ...chassisFindings(root),
    ...settingFindings(root),
    ...generatedFindings(root),
  ];
}

/** All packages have one version: classes of two are not each other's. */
function packageFindings(root: string): readonly Finding[] {
  const versions = new Map(
    globSync("node_modules/@triptych/*/package.json", { cwd: root }).flatMap((file): [string, string][] => {
      const { name, version } = readJson(join(root, file));
      return existsSync(join(root, dirname(file), "dist")) ? [[String(name), String(version)]] : [];
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

/** Apps that `npm start` does not find. */
function appFindings(root: string): readonly Finding[] {
  const findings: Finding[] = [];
  for (const path of globSync("apps/*/package.json", { cwd: root }).toSorted()) {
    const folder = dirname(path);
    const app = readText(join(root, folder, "src/app.ts"));
    if (!app.includes("defineBff(")) continue;
    const { config } = readJson(join(root, path));
    const isBff = basename(folder).endsWith("-bff");
    if (isBff && bffProblem(root, path) === undefined) {
      findings.push(...portFindings(folder, app, config));
      if (existsSync(join(root, folder, "src/main.ts"))) continue;
      findings.push({
        file: `${folder}/src/main.ts`,
        what: "is missing, so npm start skips the app",
        todo: "write it as the other BFFs have it",
      });
      continue;
    }
    findings.push({
      file: path,
      what: isBff
        ? (bffProblem(root, path) ?? "")
        : "npm start skips the app: its folder's name does not end with -bff",
      todo: isBff
        ? 'add "config": { "port": <port>, "prefix": "/<client>" }, the values of src/app.ts'
        : `rename the folder to ${basename(folder)}-bff, and what names it`,
    });
  }
  return findings;
}

function bffProblem(root: string, path: string): string | undefined {
  const { config } = readJson(join(root, path));
  const { port, prefix } = Object(config);
  if (Number.isInteger(port) && typeof prefix === "string" && /^\/[a-z][a-z0-9-]*$/.test(prefix))
    return undefined;
  return "does not say where npm start runs the app";
}

/** The port and the prefix are written twice: for the app, and for the tools. */
function portFindings(folder: string, app: string, config: unknown): readonly Finding[] {
  const { port, prefix } = Object(config);
  const wrong = [
    [/\bport: (\d[\d_]*),/.exec(app)?.[1]?.replaceAll("_", ""), String(port), "port"],
    [/\bprefix: "([^"]+)",/.exec(app)?.[1], String(prefix), "prefix"],
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
  const modules = globSync("packages/*/package.json", { cwd: root }).flatMap((file) => {
    const { name, scripts } = readJson(join(root, file));
    const folder = dirname(file);
    if (!Object.hasOwn(Object(scripts), "generate:check")) return [];
    if (holds(folder, ["--run", "generate:check"])) return [];
    const what = "is not what its contracts make";
    return [{ file: `${folder}/src/generated`, what, todo: `npm run generate -w ${String(name)}` }];
  });
  return [...clients, ...modules].toSorted((one, other) => one.file.localeCompare(other.file));
}

function readText(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function readJson(file: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(file, "utf8"));
}
