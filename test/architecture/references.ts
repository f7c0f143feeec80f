import { parseSync, visitorKeys } from "oxc-parser";
import type { Node } from "oxc-parser";

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
   * What the code names: identifiers, texts and numbers, and members with their dot (`.scope`). Templates and comments
   * are prose, and not among them.
   */
  readonly words: ReadonlySet<string>;
}

/** Reads a source's references. @throws SyntaxError where it cannot be parsed */
export function readReferences(path: string, source: string): References {
  const { program, errors } = parseSync(path, source);
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`${path}: ${error.message}`);
  const imports: Import[] = [];
  const words = new Set<string>();
  let readsEnvironment = false;
  walk(program, (node) => {
    const found = importOf(node);
    if (found !== undefined) imports.push(found);
    readsEnvironment ||= readsEnv(node) || isProcessModule(found?.specifier);
    const word = wordOf(node);
    if (word !== undefined) words.add(word);
  });
  return { imports, readsEnvironment, words };
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

function textOf(node: Node | undefined): string | undefined {
  if (node?.type === "Literal" && typeof node.value === "string") return node.value;
  if (node?.type === "TemplateLiteral" && node.expressions.length === 0) {
    return node.quasis[0]?.value.cooked ?? undefined;
  }
  return undefined;
}

function wordOf(node: Node): string | undefined {
  if (node.type === "Identifier") return node.name;
  if (node.type === "Literal" && (typeof node.value === "string" || typeof node.value === "number")) {
    return String(node.value);
  }
  return node.type === "MemberExpression" && node.property.type === "Identifier"
    ? `.${node.property.name}`
    : undefined;
}

/** `process.env`, `process["env"]`, `globalThis.process.env`, `const { env } = process`. */
function readsEnv(node: Node): boolean {
  if (node.type === "MemberExpression") {
    const { property } = node;
    const isEnv = (property.type === "Identifier" && property.name === "env") || textOf(property) === "env";
    return isEnv && isProcess(node.object);
  }
  if (node.type !== "VariableDeclarator" || node.init === null || !isProcess(node.init)) return false;
  // Whoever gives the process another name, or takes it apart, may read anything from it.
  return true;
}

function isProcess(node: Node): boolean {
  if (node.type === "Identifier") return node.name === "process";
  return (
    node.type === "MemberExpression" &&
    node.property.type === "Identifier" &&
    node.property.name === "process"
  );
}

function isProcessModule(specifier: string | undefined): boolean {
  return specifier === "node:process" || specifier === "process";
}
