import { codegen } from "@graphql-codegen/core";
import * as typescriptOperations from "@graphql-codegen/typescript-operations";
import { answersModule } from "@triptych/contract-codegen";
import { getOperationAST, OperationTypeNode, parse } from "graphql";
import type { Contract } from "../../documents/contract.ts";
import { hashOf } from "../../documents/contract.ts";

const HEADER =
  "// Generated from contracts/operations: do not edit. To regenerate: npm run generate -w @triptych/partner-bff\n";

/**
 * The generated part of the client package: the documents that every partner may ask by their
 * hashes, with the types of their variables and answers. Documents for one API key are left out.
 *
 * @returns the texts by path in `client/generated`
 * @throws TypeError where two documents have one name
 */
export async function generateClient({ schema, operations }: Contract): Promise<ReadonlyMap<string, string>> {
  const documents = operations
    .filter(({ apiKeyId }) => apiKeyId === undefined)
    .map(({ text }) => readDocument(text))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  refuseSameName(documents);
  const types = await codegen({
    filename: "operations.d.ts",
    schema: parse(schema),
    documents: documents.map(({ name, node }) => ({ location: name, document: node })),
    config: {
      scalars: { DateTime: "string", ID: "string", SafeInt: "number" },
      strictScalars: true,
      enumType: "string-literal",
      skipTypename: true,
      avoidOptionals: { field: true, object: true, inputValue: false, defaultValue: false },
      maybeValue: "T | null",
      inputMaybeValue: "T | null",
    },
    pluginMap: { typescriptOperations },
    plugins: [{ typescriptOperations: {} }],
  });
  const declarations = documents.map(
    ({ name, type }) => `export declare const ${name}: RegisteredDocument<${type}, ${type}Variables>;\n`,
  );
  const values = documents.map(
    ({ name, hash }) => `export const ${name} = { name: "${name}", hash: "${hash}" };\n`,
  );
  const importType = 'import type { RegisteredDocument } from "../index.js";\n';
  return new Map([
    ["answers.js", answersModule("npm run generate -w @triptych/partner-bff")],
    ["operations.d.ts", `${HEADER}\n${importType}\n${types.trimEnd()}\n\n${declarations.join("")}`],
    ["operations.js", `${HEADER}\n${values.join("")}`],
  ]);
}

function readDocument(text: string) {
  const node = parse(text);
  const operation = getOperationAST(node);
  const name = operation?.name?.value;
  if (operation === null || operation === undefined || name === undefined) {
    throw new TypeError(`A registered document must hold one named operation, got ${JSON.stringify(text)}`);
  }
  // As the types' generator calls it: HomeQuery, CancelOrderMutation.
  const type = `${name}${operation.operation === OperationTypeNode.MUTATION ? "Mutation" : "Query"}`;
  return { name, node, type, hash: hashOf(text) };
}

/**
 * The package exports a document by its name. Programs that were built before ask by the hash of
 * the text, name included, so the newer document must be renamed. Only its author knows which that
 * is.
 */
function refuseSameName(documents: readonly { readonly name: string; readonly hash: string }[]): void {
  for (const [name, same] of Map.groupBy(documents, (document) => document.name)) {
    if (same.length < 2) continue;
    const files = same.map(({ hash }) => `contracts/operations/${hash}.graphql`).join(" and ");
    throw new TypeError(
      `The client package exports each registered document by its name, and ${files} are both named ${name}: name the newer one ${name}2 or so, and its file by its new hash`,
    );
  }
}
