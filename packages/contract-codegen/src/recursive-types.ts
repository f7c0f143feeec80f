import ts from "typescript";
import { freeName, reachable } from "./references.ts";

/**
 * Declarations in which a schema that is a list of itself, or a union with one, compiles. A
 * member's type may refer to itself only within an object (TS2502); an alias may within a list,
 * too. So each such schema's type becomes an alias, and its member refers to that.
 *
 * @param declared as openapi-typescript makes them
 */
export function withRecursiveAliases(declared: readonly ts.Node[]): readonly ts.Node[] {
  const types = schemaTypes(declared);
  const direct = new Map([...types].map(([name, type]) => [name, directNames(type)]));
  const next = (name: string): readonly string[] => direct.get(name) ?? [];
  const aliases = new Map<string, string>();
  for (const name of types.keys()) {
    if (!reachable(next(name), next).has(name)) continue;
    const wanted = `Recursive${name.replaceAll(/\W/g, "_")}`;
    aliases.set(name, freeName(wanted, new Set(aliases.values())));
  }
  if (aliases.size === 0) return declared;
  const bodies = [...aliases].flatMap(([name, alias]) => {
    const type = types.get(name);
    return type === undefined ? [] : [aliasOf(alias, withAliases(type, aliases))];
  });
  const replaced = new Map([...aliases].map(([name, alias]) => [types.get(name), reference(alias)]));
  const members = declared.map((node) => (isComponents(node) ? replaceTypes(node, replaced) : node));
  return [...bodies, ...members];
}

function isComponents(node: ts.Node): node is ts.InterfaceDeclaration {
  return ts.isInterfaceDeclaration(node) && node.name.text === "components";
}

/** The types of the named schemas. */
function schemaTypes(declared: readonly ts.Node[]): ReadonlyMap<string, ts.TypeNode> {
  const found = new Map<string, ts.TypeNode>();
  const components = declared.find(isComponents)?.members ?? [];
  const schemas = components.filter((member) => nameOf(member) === "schemas").map(typeOf);
  for (const type of schemas) {
    if (type === undefined || !ts.isTypeLiteralNode(type)) continue;
    for (const member of type.members) {
      const [name, its] = [nameOf(member), typeOf(member)];
      if (name !== undefined && its !== undefined) found.set(name, its);
    }
  }
  return found;
}

function nameOf({ name }: ts.TypeElement): string | undefined {
  return name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? name.text : undefined;
}

function typeOf(member: ts.TypeElement): ts.TypeNode | undefined {
  return ts.isPropertySignature(member) ? member.type : undefined;
}

/** The schemas that a type refers to, other than within an object. */
function directNames(type: ts.Node): readonly string[] {
  if (ts.isTypeLiteralNode(type)) return [];
  const name = referredName(type);
  if (name !== undefined) return [name];
  const found: string[] = [];
  ts.forEachChild(type, (child) => void found.push(...directNames(child)));
  return found;
}

/** The name in `components["schemas"]["name"]`. */
function referredName(node: ts.Node): string | undefined {
  if (!ts.isIndexedAccessTypeNode(node) || !ts.isIndexedAccessTypeNode(node.objectType)) return undefined;
  const { objectType, indexType } = node.objectType;
  const isSchemas =
    ts.isTypeReferenceNode(objectType) &&
    ts.isIdentifier(objectType.typeName) &&
    objectType.typeName.text === "components" &&
    textOf(indexType) === "schemas";
  return isSchemas ? textOf(node.indexType) : undefined;
}

function textOf(type: ts.TypeNode): string | undefined {
  return ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal) ? type.literal.text : undefined;
}

function withAliases(type: ts.TypeNode, aliases: ReadonlyMap<string, string>): ts.TypeNode {
  const visit = (node: ts.Node): ts.Node => {
    if (ts.isTypeLiteralNode(node)) return node;
    const alias = aliases.get(referredName(node) ?? "");
    return alias === undefined ? ts.visitEachChild(node, visit, undefined) : reference(alias);
  };
  return ts.visitNode(type, visit, ts.isTypeNode) ?? type;
}

function replaceTypes(node: ts.Node, replaced: ReadonlyMap<ts.Node | undefined, ts.TypeNode>): ts.Node {
  const visit = (inner: ts.Node): ts.Node =>
    replaced.get(inner) ?? ts.visitEachChild(inner, visit, undefined);
  return visit(node);
}

function reference(name: string): ts.TypeNode {
  return ts.factory.createTypeReferenceNode(name);
}

function aliasOf(name: string, type: ts.TypeNode): ts.Node {
  return ts.factory.createTypeAliasDeclaration(undefined, name, undefined, type);
}
