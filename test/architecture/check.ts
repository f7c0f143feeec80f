import { isBuiltin } from "node:module";
import { matchesGlob, posix } from "node:path";
import { readReferences } from "./references.ts";
import type { Import, References } from "./references.ts";
import { TESTS, TOOLS } from "./rules.ts";
import type { Rule } from "./rules.ts";
import type { Tree, Workspace } from "./tree.ts";

/** Programs that load the module which their command line names, and tools, which do not ship. */
const LOADERS = [
  "packages/service-kit/src/start.js",
  "packages/bff/src/contract/main.ts",
  ...TOOLS.map((name) => `packages/${name}/**`),
];

/**
 * Every place where a tree breaks a rule, or where its manifests and imports disagree. One line
 * each.
 */
export function findViolations(tree: Tree, rules: readonly Rule[]): string[] {
  const violations: string[] = [];
  const references = new Map<string, References>();
  for (const [path, source] of tree.files) {
    if (!path.endsWith(".lua") && ownerOf(path, tree) !== undefined) {
      references.set(path, readReferences(path, source));
    }
  }
  const reached = rules.map((rule) => [rule, reachedBy(rule, references)] as const);
  for (const path of tree.files.keys()) {
    const applying = reached.filter(([rule, files]) => appliesTo(rule, path) || files.has(path));
    for (const [rule] of applying) {
      if (rule.noFile) violations.push(tell(rule, path, "there may be no such file"));
    }
    const own = ownerOf(path, tree);
    const found = references.get(path);
    if (own === undefined || found === undefined) continue;
    for (const [rule, files] of applying) {
      const from = files.get(path);
      const reachedFrom = from === undefined ? "" : ` (${from} reaches this file)`;
      for (const complaint of complaintsAbout(path, found, { rule, own, isReached: from !== undefined })) {
        violations.push(tell(rule, path, `${complaint}${reachedFrom}`));
      }
    }
    for (const one of found.imports) violations.push(...manifestViolations(path, one, own));
  }
  return [...violations, ...tree.workspaces.flatMap((workspace) => dependencyViolations(workspace, rules))];
}

function ownerOf(path: string, { workspaces }: Tree): Workspace | undefined {
  return workspaces.find(({ folder }) => path.startsWith(`${folder}/`));
}

/**
 * The files that a rule's files import by path, directly or through others, each with the file that
 * leads there. Types lead nowhere: they are gone when the program runs.
 */
function reachedBy(rule: Rule, references: ReadonlyMap<string, References>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (rule.reaches !== true) return found;
  const queue = [...references.keys()].filter((path) => appliesTo(rule, path));
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    for (const { specifier, typeOnly } of references.get(path)?.imports ?? []) {
      if (typeOnly || specifier?.startsWith(".") !== true) continue;
      const target = posix.join(posix.dirname(path), specifier);
      if (found.has(target) || appliesTo(rule, target) || !references.has(target)) continue;
      found.set(target, found.get(path) ?? path);
      queue.push(target);
    }
  }
  return found;
}

function complaintsAbout(
  path: string,
  { imports, readsEnvironment, words, acts }: References,
  { rule, own, isReached }: { readonly rule: Rule; readonly own: Workspace; readonly isReached: boolean },
): readonly string[] {
  const says = [...words].filter((word) => rule.neverSays?.test(word)).map((word) => `it says ${word}`);
  const does = [...acts].filter((act) => rule.neverDoes?.test(act)).map((act) => `it ${act}`);
  const env = rule.noEnvironment && readsEnvironment ? ["it reads process.env"] : [];
  const imported = imports
    // What is only reached may know other rooms' types.
    .filter(({ typeOnly }) => !isReached || !typeOnly)
    .flatMap((found) => breaks(rule, found, { own, path }) ?? []);
  return [...env, ...says, ...does, ...imported];
}

function appliesTo({ files, except = [] }: Rule, path: string): boolean {
  return files.some((glob) => matchesGlob(path, glob)) && !except.some((glob) => matchesGlob(path, glob));
}

function tell(rule: Rule, path: string, complaint: string): string {
  return `${path}: ${complaint}. Rule: ${rule.name}. ${rule.reason}`;
}

function breaks(
  rule: Rule,
  { specifier, typeOnly }: Import,
  { own, path }: { readonly own: Workspace; readonly path: string },
): string | undefined {
  if (specifier === undefined) return undefined;
  const complaint = `it imports ${specifier}`;
  const isPath = specifier.startsWith(".");
  const target = isPath ? posix.join(posix.dirname(path), specifier) : specifier;
  if (rule.neverTests === true && !typeOnly && FOR_TESTS.test(target)) return complaint;
  if (isPath) {
    const users = rule.onlyFrom?.[target];
    return typeOnly || users === undefined || users.includes(path) ? undefined : complaint;
  }
  const name = packageOf(specifier);
  const isOneOf = (globs: readonly string[] | undefined): boolean =>
    globs?.some((glob) => matchesGlob(name, glob)) === true;
  if (isOneOf(rule.never) || (!typeOnly && isOneOf(rule.neverRuns))) return complaint;
  const allowed = isBuiltin(name)
    ? typeOnly
      ? undefined
      : rule.builtins
    : isOurs(name)
      ? rule.ours
      : rule.packages;
  return name === own.name || allowed === undefined || isOneOf(allowed) ? undefined : complaint;
}

/** Tests, folders that no image contains, and subpaths of that name. */
const FOR_TESTS =
  /(?:^|\/)(?:testing|fixtures)(?:\/|$)|\.test\.[a-z]+$|^apps\/[^/]+\/client\/|^@triptych\/[^/]+\/client$/;

/**
 * True everywhere: an import can be read, stays inside its workspace, and is declared in its
 * package.json.
 */
function manifestViolations(path: string, { specifier, typeOnly }: Import, own: Workspace): string[] {
  const isTest = TESTS.some((glob) => matchesGlob(path, glob));
  const isProgram = !isTest && path.includes("/src/");
  if (specifier === undefined) {
    if (!isProgram || LOADERS.some((glob) => matchesGlob(path, glob))) return [];
    return [`${path}: it imports a computed name, which cannot be checked. Write the name out.`];
  }
  if (specifier.startsWith("#") || (isProgram && packageOf(specifier) === own.name)) {
    return [`${path}: it imports ${specifier}, which is its own workspace. Import the file by its path.`];
  }
  if (specifier.startsWith(".")) {
    const target = posix.join(posix.dirname(path), specifier);
    if (target.startsWith(`${own.folder}/`)) return [];
    return [
      `${path}: it imports ${specifier}, which is outside of ${own.name}. Import the workspace by name.`,
    ];
  }
  const name = packageOf(specifier);
  if (isBuiltin(name) || name === own.name || own.dependencies.includes(name)) return [];
  if (own.devDependencies.includes(name) && (typeOnly || !isProgram)) return [];
  return [`${path}: it imports ${name}, which is not among the dependencies in ${own.folder}/package.json.`];
}

/** A package.json may not declare what no file of its workspace may import. */
function dependencyViolations(workspace: Workspace, rules: readonly Rule[]): string[] {
  const program = `${workspace.folder}/src/index.ts`;
  return rules
    .filter((rule) => appliesTo(rule, program))
    .flatMap((rule) =>
      workspace.dependencies.flatMap((name) => {
        const complaint = breaks(
          rule,
          { specifier: name, typeOnly: false },
          { own: workspace, path: program },
        );
        return complaint === undefined
          ? []
          : [tell(rule, `${workspace.folder}/package.json`, `it depends on ${name}`)];
      }),
    );
}

function isOurs(name: string): boolean {
  return name.startsWith("@triptych/");
}

/** `@triptych/screen` of `@triptych/screen/format`; a module of Node keeps its whole name. */
function packageOf(specifier: string): string {
  if (isBuiltin(specifier)) return specifier.startsWith("node:") ? specifier : `node:${specifier}`;
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
