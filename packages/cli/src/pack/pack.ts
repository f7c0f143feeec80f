import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { CommandError } from "../command-line.ts";
import { importsOf, publishedManifest } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";

/** What only tests use. Globs from a package's `src`. `@triptych/testing` is published itself. */
const NOT_PUBLISHED = ["**/*.test.ts", "**/testing", "**/fixtures"];

/** One packed package. */
export interface Packed {
  readonly name: string;
  /** The tarball, an absolute path. */
  readonly file: string;
}

/**
 * Builds every package whose package.json has a `publishConfig` and packs it: JavaScript,
 * declarations and source maps in `dist`, because Node runs no TypeScript in `node_modules`.
 *
 * @param root the repository
 * @param out the folder for the tarballs; what it held is removed
 * @throws CommandError with the compiler's output, or naming an import that no dependency covers
 */
export function pack(root: string, out: string): readonly Packed[] {
  const folders = globSync("packages/*/package.json", { cwd: root })
    .map((path) => dirname(path))
    .filter((folder) => manifestOf(join(root, folder)).publishConfig !== undefined)
    .toSorted();
  rmSync(out, { recursive: true, force: true });
  const stage = join(out, ".stage");
  mkdirSync(stage, { recursive: true });
  try {
    build(root, folders, stage);
    const targets = folders.map((folder) => stagePackage(root, folder, stage));
    const options = ["--json", "--ignore-scripts", "--pack-destination", out];
    const packed = run("npm", ["pack", ...options, ...targets], root);
    const files: readonly { name: string; filename: string }[] = JSON.parse(packed);
    return files.map(({ name, filename }) => ({ name, file: join(out, filename) }));
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** Compiles all packages in one run: they share most of what they import. */
function build(root: string, folders: readonly string[], stage: string): void {
  const sources = folders.map((folder) => join(root, folder, "src"));
  const config = {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      sourceMap: true,
      inlineSources: true,
      rewriteRelativeImportExtensions: true,
      rootDir: join(root, "packages"),
      outDir: join(stage, "built"),
      typeRoots: [join(root, "node_modules/@types")],
    },
    include: sources,
    exclude: sources.flatMap((source) =>
      NOT_PUBLISHED.filter(
        (glob) => !(glob.endsWith("testing") && source.endsWith("packages/testing/src")),
      ).map((glob) => join(source, glob)),
    ),
  };
  writeFileSync(join(stage, "tsconfig.json"), JSON.stringify(config));
  run(
    join(root, "node_modules/.bin/tsc"),
    ["--singleThreaded", "--project", join(stage, "tsconfig.json")],
    root,
  );
}

/** Makes a package's folder as it is published. @returns the folder, an absolute path */
function stagePackage(root: string, folder: string, stage: string): string {
  const source = join(root, folder);
  const target = join(stage, folder);
  const manifest = manifestOf(source);
  mkdirSync(target, { recursive: true });
  const built = join(stage, "built", relative("packages", folder), "src");
  if (existsSync(built)) cpSync(built, join(target, "dist"), { recursive: true });
  // What is JavaScript already, and what is no code.
  const rest = { cwd: join(source, "src"), exclude: NOT_PUBLISHED };
  for (const path of globSync("**/*.*", rest).filter((one) => !one.endsWith(".ts"))) {
    mkdirSync(dirname(join(target, "dist", path)), { recursive: true });
    copyFileSync(join(source, "src", path), join(target, "dist", path));
    // A program in JavaScript exports nothing.
    if (path.endsWith(".js")) {
      writeFileSync(join(target, "dist", path.replace(/\.js$/, ".d.ts")), "export {};\n");
    }
  }
  if (existsSync(join(source, "bin"))) {
    const isTest = (path: string): boolean => path.endsWith(".test.ts");
    cpSync(join(source, "bin"), join(target, "bin"), { recursive: true, filter: (path) => !isTest(path) });
  }
  // What a program reads at run time, such as the repository that others are made of.
  const fixtures = join(source, "fixtures/repository");
  if (existsSync(fixtures)) cpSync(fixtures, join(target, "fixtures/repository"), { recursive: true });
  if (existsSync(join(source, "monitoring"))) copyMonitoring(root, source, join(target, "monitoring"));
  for (const map of globSync("dist/**/*.map", { cwd: target })) shortenSources(join(target, map));
  copyFileSync(join(source, "README.md"), join(target, "README.md"));
  copyFileSync(join(root, "LICENSE"), join(target, "LICENSE"));
  // They have one version, and one list of what changed.
  copyFileSync(join(root, "CHANGELOG.md"), join(target, "CHANGELOG.md"));
  const declared = importsIn(target, "dist/**/*.d.ts").map(({ name }) => name);
  const published = publishedManifest(manifest, {
    folder,
    root: manifestOf(root),
    declared,
    files: readdirSync(target).toSorted(),
  });
  writeFileSync(join(target, "package.json"), `${JSON.stringify(published, undefined, 2)}\n`);
  checkImports(target, published);
  return target;
}

/** Alerts and dashboards, and beside them what to do about each alert. */
function copyMonitoring(root: string, source: string, target: string): void {
  cpSync(join(source, "monitoring"), target, { recursive: true });
  cpSync(join(root, "docs/runbooks"), join(target, "runbooks"), { recursive: true });
  const rules = join(target, "rules.yaml");
  writeFileSync(rules, readFileSync(rules, "utf8").replaceAll("docs/runbooks/", "runbooks/"));
}

/** A map names its source as if it were beside it. The text itself is in the map. */
function shortenSources(file: string): void {
  const map: { sources: string[] } = JSON.parse(readFileSync(file, "utf8"));
  const sources = map.sources.map((path) => path.slice(path.lastIndexOf("/") + 1));
  writeFileSync(file, JSON.stringify({ ...map, sources }));
}

/** @throws CommandError for an import that works only in this repository */
function checkImports(target: string, { name, dependencies, peerDependencies }: Manifest): void {
  const known = new Set([name, ...Object.keys({ ...dependencies, ...peerDependencies })]);
  const isMissing = (imported: { readonly name: string; readonly path: string }): boolean =>
    !known.has(imported.name) && !(imported.path.endsWith("ts") && known.has(`@types/${imported.name}`));
  const wrong = importsIn(target, "{dist,bin}/**/*.{js,mjs,ts,mts}").find(isMissing);
  if (wrong !== undefined) {
    throw new CommandError(
      `${name} imports ${wrong.name} in ${wrong.path}: add it to the dependencies in its package.json`,
    );
  }
}

function importsIn(
  target: string,
  files: string,
): readonly { readonly name: string; readonly path: string }[] {
  return globSync(files, { cwd: target }).flatMap((path) =>
    importsOf(readFileSync(join(target, path), "utf8")).map((name) => ({ name, path })),
  );
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

function run(program: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(program, args, { cwd, encoding: "utf8", maxBuffer: 64 * 1024 * 1024, stdio: "pipe" });
  } catch (error) {
    const { stdout = "", stderr = "" } = Object(error);
    throw new CommandError(`${[program, ...args].join(" ")} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
