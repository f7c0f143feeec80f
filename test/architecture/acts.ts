import type { Node } from "oxc-parser";
import { memberName, textOf, unwrapped } from "./nodes.ts";

/** Request headers that say who asks. */
const CREDENTIALS = /^(?:(?:proxy-)?authorization|cookie|x-api-key)$/i;
/** An attribute may begin the part of a template that comes after it. */
const MARKUP = /<(?:!doctype\b|!--|\/?[a-z][\w-]*(?:\s[^<>]*)?\/?>|[a-z][\w-]*\s[^<>]*=["'])/i;
/** What only one place may make, or connect with, however it is imported. */
const MADE_ONCE = /^(?:Upstream|connect|createConnection)$/;
/** What reads an answer to its end. */
const READS = /^(?:json|text|arrayBuffer|bytes|blob|formData)$/;

/**
 * What a node does, in words: `reads authorization`, `answers 429`, `uses Upstream`, `writes
 * markup`.
 */
export function actsOf(node: Node): readonly string[] {
  if (node.type === "ImportSpecifier") {
    const { imported } = node;
    return imported.type === "Identifier" && node.importKind !== "type" ? [`uses ${imported.name}`] : [];
  }
  if (node.type === "ExportSpecifier") return node.exportKind === "type" ? [] : uses(keyOf(node.local));
  if (node.type === "ExportAllDeclaration")
    return textOf(node.source) === "@triptych/upstream-client" ? ["uses Upstream"] : [];
  if (node.type === "MemberExpression") {
    const name = memberName(node) ?? "";
    if (MADE_ONCE.test(name)) return uses([name]);
    return CREDENTIALS.test(name) && isHeaders(node.object) ? [`reads ${name.toLowerCase()}`] : [];
  }
  // `const { cookie } = req.headers`
  if (node.type === "VariableDeclarator" && node.id.type === "ObjectPattern" && node.init !== null) {
    const keys = node.id.properties.flatMap((one) => (one.type === "Property" ? keyOf(one.key) : []));
    // `const { json } = answer.body`
    if (isBody(node.init) && keys.some((key) => READS.test(key))) return ["reads an answer"];
    if (!isHeaders(node.init)) return uses(keys);
    return keys.filter((key) => CREDENTIALS.test(key)).map((key) => `reads ${key.toLowerCase()}`);
  }
  if (node.type === "CallExpression") return callActs(node);
  if (node.type === "AssignmentExpression" && node.left.type === "MemberExpression") {
    const isStatus = memberName(node.left) === "statusCode" && isNumber(node.right, 429);
    return isStatus ? ["answers 429"] : [];
  }
  const text = node.type === "TemplateElement" ? (node.value.cooked ?? "") : (textOf(node) ?? "");
  return MARKUP.test(text) ? ["writes markup"] : [];
}

/** `req.get("authorization")`, `singleHeader(raw, "cookie")`, `res.status(429)`. */
function callActs(node: Node & { readonly type: "CallExpression" }): readonly string[] {
  const { callee } = node;
  const name = callee.type === "MemberExpression" ? memberName(callee) : nameOf(callee);
  const [first] = node.arguments;
  const isRead = node.arguments.length === 0 && callee.type === "MemberExpression";
  if (isRead && READS.test(name ?? "")) return ["reads an answer"];
  if (/^(?:status|sendStatus|writeHead)$/.test(name ?? "") && isNumber(first, 429)) return ["answers 429"];
  if (!/^(?:get|header|getHeader|singleHeader)$/.test(name ?? "")) return [];
  const texts = node.arguments.flatMap((argument) => textOf(argument) ?? []);
  return texts.filter((text) => CREDENTIALS.test(text)).map((text) => `reads ${text.toLowerCase()}`);
}

/** `req.headers`, `headers`, `rawHeaders`. */
function isHeaders(node: Node): boolean {
  const bare = unwrapped(node);
  const name = bare.type === "MemberExpression" ? memberName(bare) : nameOf(bare);
  return /^(?:raw)?headers$/i.test(name ?? "");
}

/** `answer.body`, `body`. */
function isBody(node: Node): boolean {
  const bare = unwrapped(node);
  return (bare.type === "MemberExpression" ? memberName(bare) : nameOf(bare)) === "body";
}

function uses(names: readonly string[]): readonly string[] {
  return names.filter((name) => MADE_ONCE.test(name)).map((name) => `uses ${name}`);
}

function nameOf(node: Node): string | undefined {
  return node.type === "Identifier" ? node.name : undefined;
}

function keyOf(node: Node): readonly string[] {
  return [nameOf(node) ?? textOf(node) ?? ""];
}

function isNumber(node: Node | undefined, value: number): boolean {
  return node?.type === "Literal" && node.value === value;
}
