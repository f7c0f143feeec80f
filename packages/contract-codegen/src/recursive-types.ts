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
  const recursive = [...types].filter(([name]) => reachable(next(name), next).has(name));
  if (recursive.length === 0) return declared;
  const aliases = new Map<string, string>();
  for (const [name] of recursive) {
    const wanted = `Recursive${name.replaceAll(/\W/g, "_")}`;
    aliases.set(name, freeName(wanted, new Set(aliases.values())));
  }
  const aliasOf = (name = ""): ts.TypeNode | undefined => {
    const alias = aliases.get(name);
    return alias === undefined ? undefined : ts.factory.createTypeReferenceNode(alias);
  };
  const withAliases = replacing((node) => (ts.isTypeLiteralNode(node) ? node : aliasOf(referredName(node))));
  const bodies = recursive.map(([name, type]) => {
    const body = ts.visitNode(type, withAliases, ts.isTypeNode);
    return ts.factory.createTypeAliasDeclaration(undefined, aliases.get(name) ?? name, undefined, body);
  });
  const replaced = new Map<ts.Node, ts.Node | undefined>(
    recursive.map(([name, type]) => [type, aliasOf(name)]),
  );
  const withReferences = replacing((node) => replaced.get(node));
  return [...bodies, ...declared.map((node) => (isComponents(node) ? withReferences(node) : node))];
}

/** Replaces nodes; where it gives none, what is inside is looked at. */
function replacing(replace: (node: ts.Node) => ts.Node | undefined): (node: ts.Node) => ts.Node {
  const visit = (node: ts.Node): ts.Node => replace(node) ?? ts.visitEachChild(node, visit, undefined);
  return visit;
}

function isComponents(node: ts.Node): node is ts.InterfaceDeclaration {
  return ts.isInterfaceDeclaration(node) && node.name.text === "components";
}

/** The types of the named schemas. */
function schemaTypes(declared: readonly ts.Node[]): ReadonlyMap<string, ts.TypeNode> {
  const schemas = typesIn(declared.find(isComponents)?.members ?? []).get("schemas");
  return schemas !== undefined && ts.isTypeLiteralNode(schemas) ? typesIn(schemas.members) : new Map();
}

/** The types of members by their names. */
function typesIn(members: readonly ts.TypeElement[]): ReadonlyMap<string, ts.TypeNode> {
  const found = new Map<string, ts.TypeNode>();
  for (const member of members) {
    if (!ts.isPropertySignature(member) || member.type === undefined) continue;
    const { name, type } = member;
    if (ts.isIdentifier(name) || ts.isStringLiteral(name)) found.set(name.text, type);
  }
  return found;
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
