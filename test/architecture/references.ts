import { parseSync, visitorKeys } from "oxc-parser";
import type { Node } from "oxc-parser";
import { actsOf } from "./acts.ts";
import { memberName, textOf, unwrapped } from "./nodes.ts";

/** An import or re-export of any kind. */
export interface Import {
  /** `undefined`: computed, so unknown. */
  readonly specifier: string | undefined;
  /** Gone when the program runs. */
  readonly typeOnly: boolean;
}

/** What a source file reaches out to. */
export interface References {
  readonly imports: readonly Import[];
  /** True if it reads the environment, or could, through node:process. */
  readonly readsEnvironment: boolean;
  /**
   * What the code names: identifiers, texts and numbers, members with their dot (`.scope`) and
   * members put together from texts. Other templates, and comments, are prose, and not among them.
   */
  readonly words: ReadonlySet<string>;
  /**
   * What the code does, by its form: `reads authorization`, `answers 429`, `uses Upstream`, `writes
   * markup`.
   */
  readonly acts: ReadonlySet<string>;
}

/** Reads a source's references. @throws SyntaxError where it cannot be parsed */
export function readReferences(path: string, source: string): References {
  const { program, errors } = parseSync(path, source);
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`${path}: ${error.message}`);
  const imports: Import[] = [];
  const words = new Set<string>();
  const acts = new Set<string>();
  let readsEnvironment = false;
  walk(program, (node) => {
    const found = importOf(node);
    if (found !== undefined) imports.push(found);
    readsEnvironment ||= readsEnv(node) || isProcessModule(found?.specifier);
    for (const word of wordsOf(node)) words.add(word);
    for (const act of actsOf(node)) acts.add(act);
  });
  return { imports, readsEnvironment, words, acts };
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  const children = new Map<string, unknown>(Object.entries(node));
  for (const key of visitorKeys[node.type] ?? []) {
    const child = children.get(key);
    for (const candidate of Array.isArray(child) ? child : [child]) {
      if (isNode(candidate)) walk(candidate, visit);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function importOf(node: Node): Import | undefined {
  if (node.type === "ImportDeclaration") {
    return { specifier: textOf(node.source), typeOnly: node.importKind === "type" };
  }
  if (node.type === "ExportAllDeclaration" || node.type === "ExportNamedDeclaration") {
    if (node.source === null) return undefined;
    return { specifier: textOf(node.source), typeOnly: node.exportKind === "type" };
  }
  if (node.type === "TSImportType") return { specifier: textOf(node.source), typeOnly: true };
  if (node.type === "ImportExpression") return { specifier: textOf(node.source), typeOnly: false };
  if (node.type === "TSExternalModuleReference") {
    return { specifier: textOf(node.expression), typeOnly: false };
  }
  const isRequire =
    node.type === "CallExpression" && node.callee.type === "Identifier" && node.callee.name === "require";
  return isRequire ? { specifier: textOf(node.arguments[0]), typeOnly: false } : undefined;
}

function wordsOf(node: Node): readonly string[] {
  if (node.type === "Identifier") return [node.name];
  if (node.type === "Literal" && (typeof node.value === "string" || typeof node.value === "number")) {
    return [String(node.value)];
  }
  // A text in one of these places is a name, however it is written.
  if (node.type === "CallExpression") return node.arguments.flatMap((argument) => textOf(argument) ?? []);
  if (node.type !== "MemberExpression") return [];
  if (node.property.type === "Identifier" && !node.computed) return [`.${node.property.name}`];
  const name = textOf(node.property);
  return name === undefined ? [] : [name, `.${name}`];
}

/**
 * `process.env`, `process["env"]`, `globalThis.process.env`, `const { env } = process`,
 * `Reflect.get(process, "env")`.
 */
function readsEnv(node: Node): boolean {
  if (node.type === "MemberExpression") return memberName(node) === "env" && isProcess(node.object);
  // Whoever gives the process another name, hands it on, or takes it apart, may read anything from
  // it.
  if (node.type === "VariableDeclarator") {
    if (node.init === null) return false;
    return isProcess(node.init) || (isGlobal(node.init) && node.id.type === "ObjectPattern");
  }
  if (node.type === "AssignmentExpression") return isProcess(node.right);
  return node.type === "CallExpression" &&
    node.callee.type === "MemberExpression" &&
    isReflection(node.callee)
    ? node.arguments.some((argument) => isProcess(argument) || isGlobal(argument))
    : false;
}

function isReflection({ object }: { readonly object: Node }): boolean {
  return object.type === "Identifier" && (object.name === "Reflect" || object.name === "Object");
}

function isProcess(node: Node): boolean {
  const bare = unwrapped(node);
  if (bare.type === "Identifier") return bare.name === "process";
  return bare.type === "MemberExpression" && memberName(bare) === "process";
}

function isGlobal(node: Node): boolean {
  const bare = unwrapped(node);
  return bare.type === "Identifier" && (bare.name === "globalThis" || bare.name === "global");
}

function isProcessModule(specifier: string | undefined): boolean {
  return specifier === "node:process" || specifier === "process";
}
