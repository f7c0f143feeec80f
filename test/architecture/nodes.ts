import type { Node } from "oxc-parser";

/** The text of a literal, of a template without expressions, or of such texts put together. */
export function textOf(node: Node | undefined): string | undefined {
  if (node?.type === "Literal" && typeof node.value === "string") return node.value;
  if (node?.type === "TemplateLiteral" && node.expressions.length === 0) {
    return node.quasis[0]?.value.cooked ?? undefined;
  }
  if (node?.type === "BinaryExpression" && node.operator === "+") {
    const [left, right] = [textOf(node.left), textOf(node.right)];
    return left === undefined || right === undefined ? undefined : `${left}${right}`;
  }
  return undefined;
}

/** Without what only the compiler sees: `(process as Any)`, `process!`. */
export function unwrapped(node: Node): Node {
  return node.type === "ParenthesizedExpression" ||
    node.type === "TSAsExpression" ||
    node.type === "TSNonNullExpression" ||
    node.type === "TSSatisfiesExpression"
    ? unwrapped(node.expression)
    : node;
}

/** The name of a member, however it is written; undefined where it is computed. */
export function memberName(node: Node & { readonly type: "MemberExpression" }): string | undefined {
  const { property, computed } = node;
  return property.type === "Identifier" && !computed ? property.name : textOf(property);
}
