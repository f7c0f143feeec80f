/**
 * Makes the folder that an app's image contains: `node packages/cli/src/image/main.ts <app> --out
 * <folder>`. The app's Dockerfile runs this program and adds nothing of its own, so what `npm run
 * image` makes is what Docker makes. It needs no packages: in the Dockerfile nothing is installed
 * yet.
 */
import { execSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readManifest, ROOT } from "../repository.ts";

const tools: Readonly<Record<string, string>> = Object(readManifest(ROOT)["devDependencies"]);
const USAGE = "usage: npm run image -- <app> --out <folder>";

/** Files that only test, deploy or serve other projects. Globs from the folder's root. */
const NOT_SHIPPED = ["**/*.test.ts", "**/testing", "**/fixtures", "apps/*/deploy", "apps/*/client"];

/**
 * The program in one file, and what few requests need in others. Packages in CommonJS call
 * `require`, which modules do not have.
 */
const BUNDLED = [
  "--bundle --splitting --format=esm --platform=node --target=node26 --log-level=warning",
  "--sourcemap --sources-content=false",
  // Loaded on demand and in CommonJS: in a file of its own esbuild would give it no named exports.
  "--external:@redis/client",
  `--banner:js=${JSON.stringify('import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);')}`,
].join(" ");

/** @throws Error with one line that says what to do */
function makeImage(app: string | undefined, out: string | undefined): void {
  const dockerfile = join(ROOT, "apps", app ?? "", "deploy", "Dockerfile");
  if (app === undefined || out === undefined || !existsSync(dockerfile)) {
    const files = globSync("apps/*/deploy/Dockerfile", { cwd: ROOT }).toSorted();
    const known = files.map((path) => basename(join(path, "..", ".."))).join(", ");
    throw new Error(`${USAGE}, where <app> is one of ${known}`);
  }
  // npm starts this program in the repository, wherever the caller is.
  const folder = resolve(process.env["INIT_CWD"] ?? process.cwd(), out);
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new Error(`${folder} is not empty`);
  mkdirSync(folder, { recursive: true });

  // The app's workspaces without those that only build or test, and a lockfile of their packages.
  const { name } = readManifest(join(ROOT, "apps", app));
  run(`${tool("turbo")} prune ${String(name)} --production --out-dir ${JSON.stringify(folder)}`, ROOT);

  const files = { cwd: folder, exclude: ["**/node_modules/**"] };
  for (const path of globSync(NOT_SHIPPED, files))
    rmSync(join(folder, path), { recursive: true, force: true });
  for (const path of globSync("**/package.json", files)) {
    // They name workspaces that were left out: npm would look for those in the registry.
    const { devDependencies: _, ...manifest } = readManifest(dirname(join(folder, path)));
    writeFileSync(join(folder, path), `${JSON.stringify(manifest, undefined, 2)}\n`);
  }
  // Tarballs that the lockfile names by their paths.
  const [vendor, copy] = [join(ROOT, "vendor"), join(folder, "vendor")];
  if (existsSync(vendor)) cpSync(vendor, copy, { recursive: true });
  run("npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund", folder);
  rmSync(copy, { recursive: true, force: true });
  // A repository without esbuild runs the sources. They stay in any case: errors name them.
  if (tools["esbuild"] !== undefined)
    run(`${tool("esbuild")} apps/${app}/src/main.ts --outdir=apps/${app}/dist ${BUNDLED}`, folder);

  const start = /^CMD (\[.+\])$/m.exec(readFileSync(dockerfile, "utf8"))?.[1] ?? "[]";
  const command: readonly string[] = JSON.parse(start);
  process.stdout.write(`${folder} is what the image of ${app} contains. It starts there with:\n`);
  process.stdout.write(`  NODE_ENV=production ${command.join(" ")}\n`);
}

/** A tool in the version that the repository names. Where it is installed, npx would be slower. */
function tool(name: string): string {
  const installed = join(ROOT, "node_modules", ".bin", name);
  return existsSync(installed) ? JSON.stringify(installed) : `npx --yes ${name}@${tools[name]}`;
}

/** Runs a command of npm's, on the Node that runs this program. It prints only where it fails. */
function run(command: string, cwd: string): void {
  const PATH = [dirname(process.execPath), process.env["PATH"]].join(delimiter);
  // What the repository was installed from is in npm's cache.
  const env = { ...process.env, PATH, TURBO_TELEMETRY_DISABLED: "1", npm_config_prefer_offline: "true" };
  try {
    execSync(command, { cwd, env, stdio: "pipe", maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const { stdout = "", stderr = "" } = Object(error);
    throw new Error(`${command} in ${basename(cwd)} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

try {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { out: { type: "string" } } });
  makeImage(positionals[0], values.out);
} catch (error) {
  process.stderr.write(`image: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
