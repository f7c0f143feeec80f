import { AnswerSchemas } from "./answer-schemas.ts";
import { parseDocument, resolveReference } from "./document.ts";
import type { Document } from "./document.ts";
import { EnumFinder, withoutDeadEnds } from "./enum-positions.ts";
import type { EnumPositions } from "./enum-positions.ts";
import type { Json } from "./json.ts";
import { moduleText } from "./module-text.ts";
import type { GeneratedOperation } from "./module-text.ts";
import { operationsOf } from "./operations.ts";
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
  const document = upgraded(parseDocument(contract.source, contract.text));
  const types = await typesOf(document);
  const schemas = new AnswerSchemas(document);
  const operations = generatedOperations(document, schemas);
  const enums = new Map(operations.flatMap(({ named }) => [...named]));
  return moduleText({
    source: contract.source,
    command,
    types,
    operations,
    schemas: schemas.named,
    enums,
    notChecked: [...schemas.notChecked],
  });
}

type OperationWithEnums = GeneratedOperation & { readonly named: ReadonlyMap<string, EnumPositions> };

function generatedOperations(document: Document, schemas: AnswerSchemas): readonly OperationWithEnums[] {
  const answers = operationsOf(document).map((operation) => {
    const [first, ...rest] = operation.answers;
    if (first === undefined) return { operation, schema: undefined, declared: undefined };
    // Several successes are told apart by their status, which the caller of a client never sees: any of them will do.
    const declared: Json =
      rest.length === 0 ? first.schema : { anyOf: operation.answers.map(({ schema }) => schema) };
    return { operation, schema: schemas.of(declared, first.place), declared };
  });
  const finder = new EnumFinder({
    resolve: (reference) => resolveReference(document, reference),
    nameOf: (reference) => schemas.nameOf(reference),
    isUnionMember: (reference) => schemas.isUnionMember(reference),
  });
  const named = new Map(
    [...schemas.references].map(([name, reference]) => [name, finder.ofReference(reference)]),
  );
  return answers.map(({ operation, schema, declared }) => {
    const enums = withoutDeadEnds(declared === undefined ? {} : finder.of(declared), named);
    return {
      operation,
      schema,
      schemaNames: schema === undefined ? [] : schemas.usedBy(schema),
      enums: enums.root,
      enumNames: [...enums.named.keys()],
      named: enums.named,
    };
  });
}
