import { AnswerSchemas } from "./answer-schemas.ts";
import { parseDocument } from "./document.ts";
import type { Document } from "./document.ts";
import { EnumGraph } from "./enum-graph.ts";
import { EnumFinder } from "./enum-positions.ts";
import type { Json } from "./json.ts";
import { moduleText } from "./module-text.ts";
import type { GeneratedOperation } from "./module-text.ts";
import { withNamedReferences } from "./named-references.ts";
import { withUniqueOperationIds } from "./operation-ids.ts";
import { operationsOf } from "./operations.ts";
import type { DeclaredAnswer } from "./answers.ts";
import { checkReferences, resolveReference } from "./references.ts";
import { typesOf } from "./types.ts";
import { upgraded } from "./upgrade.ts";

/** One contract: its file's name, for messages and for the generated header, and its text. */
export type Contract = { readonly source: string; readonly text: string };

/**
 * The TypeScript module of a contract (OpenAPI 3.0 or 3.1, YAML or JSON): its types, and for each operation the schema that its
 * answer is checked against and where enums stand in it. The same contract gives the same text.
 *
 * @param command what to run to make the file anew; its header says so
 * @throws ContractError when the contract is not valid, or refers to what is not in it
 */
export async function generate(contract: Contract, command: string): Promise<string> {
  const document = upgraded(
    withUniqueOperationIds(withNamedReferences(parseDocument(contract.source, contract.text))),
  );
  checkReferences(document);
  const schemas = new AnswerSchemas(document);
  const operations = generatedOperations(document, schemas);
  return moduleText({
    source: contract.source,
    command,
    types: await typesOf(document),
    operations,
    schemas: new Map([...schemas.named()].map(([name, { schema }]) => [name, schema])),
    notChecked: [...schemas.notChecked],
  });
}

function generatedOperations(document: Document, schemas: AnswerSchemas): readonly GeneratedOperation[] {
  const operations = operationsOf(document).map((operation) => ({
    operation,
    schema: operation.answers.json.length === 0 ? undefined : schemas.of(...declared(operation.answers.json)),
  }));
  const finder = new EnumFinder({
    resolve: (reference) => resolveReference(document, reference),
    nameOf: (reference) => schemas.nameOf(reference),
    isUnionMember: (reference) => schemas.isUnionMember(reference),
  });
  const graph = new EnumGraph(
    new Map([...schemas.named()].map(([name, { reference }]) => [name, finder.ofReference(reference)])),
  );
  return operations.map(({ operation, schema }) => ({
    operation,
    answer: schema && {
      schema,
      schemaNames: schemas.usedBy(schema),
      enums: graph.from(finder.of(declared(operation.answers.json)[0])),
    },
  }));
}

/** Several successes are told apart by their status, which the caller of a client never sees: any of them will do. */
function declared(answers: readonly DeclaredAnswer[]): readonly [schema: Json, place: string] {
  const [first, ...rest] = answers;
  if (first === undefined) return [true, ""];
  const schema = rest.length === 0 ? first.schema : { anyOf: answers.map((answer) => answer.schema) };
  return [schema, first.place];
}
