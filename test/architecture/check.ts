import { isBuiltin } from "node:module";
import { matchesGlob, posix } from "node:path";
import { readReferences } from "./references.ts";
import type { Import } from "./references.ts";
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
  for (const [path, source] of tree.files) {
    const own = tree.workspaces.find(({ folder }) => path.startsWith(`${folder}/`));
    const applying = rules.filter((rule) => appliesTo(rule, path));
    for (const rule of applying) {
      if (rule.noFile) violations.push(tell(rule, path, "there may be no such file"));
    }
    if (own === undefined || path.endsWith(".lua")) continue;
    const { imports, readsEnvironment, words } = readReferences(path, source);
    for (const rule of applying) {
      if (rule.noEnvironment && readsEnvironment) violations.push(tell(rule, path, "it reads process.env"));
      for (const word of words) {
        if (rule.neverSays?.test(word)) violations.push(tell(rule, path, `it says ${word}`));
      }
      for (const found of imports) {
        const complaint = breaks(rule, found, own);
        if (complaint !== undefined) violations.push(tell(rule, path, complaint));
      }
    }
    for (const found of imports) violations.push(...manifestViolations(path, found, own));
  }
  return [...violations, ...tree.workspaces.flatMap((workspace) => dependencyViolations(workspace, rules))];
}

function appliesTo({ files, except = [] }: Rule, path: string): boolean {
  return files.some((glob) => matchesGlob(path, glob)) && !except.some((glob) => matchesGlob(path, glob));
}

function tell(rule: Rule, path: string, complaint: string): string {
  return `${path}: ${complaint}. Rule: ${rule.name}. ${rule.reason}`;
}

function breaks(rule: Rule, { specifier, typeOnly }: Import, own: Workspace): string | undefined {
  if (specifier === undefined || specifier.startsWith(".")) return undefined;
  const name = packageOf(specifier);
  const never = typeOnly ? (rule.never ?? []) : [...(rule.never ?? []), ...(rule.neverRuns ?? [])];
  const forbidden = never.some((glob) => matchesGlob(name, glob));
  const strange = isOurs(name)
    ? name !== own.name && rule.ours !== undefined && !rule.ours.some((glob) => matchesGlob(name, glob))
    : !isBuiltin(name) &&
      rule.packages !== undefined &&
      !rule.packages.some((glob) => matchesGlob(name, glob));
  return forbidden || strange ? `it imports ${specifier}` : undefined;
}

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
        const complaint = breaks(rule, { specifier: name, typeOnly: false }, workspace);
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
