import { parse } from "es-module-lexer/js";

/** What this folder reads and writes of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: string | Readonly<Record<string, string>>;
  readonly repository?: { readonly type: string; readonly url: string };
  readonly scripts?: unknown;
  readonly config?: unknown;
  readonly publishConfig?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** The oldest Node that every dependency runs on: undici 8 needs it. */
const ENGINES = { node: ">=22.19" };

/**
 * What an application must have only once: two Express 5 or two TypeBox 1 work side by side, but
 * their types and classes are not each other's.
 */
const PEERS = new Set(["express", "typebox", "graphql"]);

/**
 * The package.json of a package as it is published, made from the one in the repository.
 *
 * Its siblings become peers, so that an application has each of them once: `instanceof` and private
 * members do not reach across two copies. Exact versions become ranges, so that an application
 * can take a mended dependency without us.
 *
 * @param about.folder where the package is in the repository, for npm's page
 * @param about.root the repository's own package.json
 * @param about.files what it holds besides its package.json
 * @param about.declared the packages that its declarations import: who uses them needs their types
 */
export function publishedManifest(
  manifest: Manifest,
  about: {
    readonly folder: string;
    readonly root: Manifest;
    readonly declared: readonly string[];
    readonly files: readonly string[];
  },
): Manifest {
  const { private: _, scripts: __, devDependencies: ___, config: ____, ...rest } = manifest;
  const { repository } = about.root;
  const [dependencies, peerDependencies]: [Record<string, string>, Record<string, string>] = [{}, {}];
  // No package depends on a program that is run by npm itself: it brings what it needs.
  const isProgram = manifest.exports === undefined;
  for (const [name, version] of Object.entries(manifest.dependencies ?? {})) {
    const isPeer = !isProgram && (name.startsWith("@triptych/") || PEERS.has(name));
    (isPeer ? peerDependencies : dependencies)[name] = `^${version}`;
  }
  for (const name of about.declared) {
    const types = `@types/${name}`;
    const version = manifest.devDependencies?.[types];
    if (version !== undefined) dependencies[types] = `^${version}`;
  }
  return {
    ...rest,
    ...(repository === undefined ? {} : { repository: { ...repository, directory: about.folder } }),
    ...(manifest.bin === undefined ? {} : { bin: valuesOf(manifest.bin, built) }),
    exports: { ...builtExports(manifest.exports), "./package.json": "./package.json" },
    files: about.files,
    engines: ENGINES,
    sideEffects: false,
    dependencies,
    peerDependencies,
  } as Manifest;
}

function builtExports(exported: Manifest["exports"] = {}): Record<string, unknown> {
  const paths = typeof exported === "string" ? { ".": exported } : exported;
  const isPublished = ([name]: [string, unknown]): boolean => name !== "./testing";
  return valuesOf(Object.fromEntries(Object.entries(paths).filter(isPublished)), (path) => ({
    types: built(path, ".d.ts"),
    default: built(path),
  }));
}

/** `./src/index.ts` is `./dist/index.js` when it is built. */
function built(path: string, extension = ".js"): string {
  return path.replace(/^(\.\/)?src\//, "./dist/").replace(/\.[jt]s$/, extension);
}

function valuesOf<T>(
  record: Readonly<Record<string, string>>,
  change: (value: string) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** The packages that a module or its declarations import, each once. Node's own are left out. */
export function importsOf(code: string): readonly string[] {
  const paths = parse(code)[0].flatMap(({ specifier }) => specifier ?? []);
  // Declarations also name types inline, where the lexer sees no import.
  for (const [, path = ""] of code.matchAll(/\bimport\("([^"]+)"\)\./g)) paths.push(path);
  return [...new Set(paths.filter((path) => !/^(?:\.|node:)/.test(path)).map(packageOf))];
}

function packageOf(path: string): string {
  return path.split("/", path.startsWith("@") ? 2 : 1).join("/");
}
