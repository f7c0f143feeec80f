import { AnswerSchemas } from "./answer-schemas.ts";
import { parseDocument } from "./document.ts";
import type { Contract } from "./document.ts";
import { refusedExamples } from "./examples.ts";
import { findEnums } from "./enum-positions.ts";
import { Code, literal } from "./literal.ts";
import type { Literal } from "./literal.ts";
import { normalizedDocument } from "./normalize.ts";
import { operationsOf } from "./operations.ts";
import type { ContractOperation } from "./operations.ts";
import { sharedLiterals } from "./shared-literals.ts";
import { typesOf } from "./types.ts";

/** How every generated file begins: a file that begins so may be overwritten or removed. */
export const GENERATED_MARK = "// Generated from ";

/** A module, and what whoever generates it should know: a sentence each. */
export type Generated = { readonly text: string; readonly notes: readonly string[] };

/**
 * Generates the TypeScript module of a contract (OpenAPI 3.0 or 3.1, YAML or JSON): its types, and
 * for each operation the schema to check its answer against, with the positions of the enums in it.
 * The same contract always gives the same text. The notes say which actions of its overlay found
 * nothing, and which of its own examples readers would refuse.
 *
 * @param command what to run to regenerate the file; its header names it
 * @throws ContractError when the contract is not valid, or refers to something it does not contain
 */
export function generate(contract: Contract, command: string): Generated {
  const written = parseDocument(contract);
  const document = normalizedDocument(written);
  const schemas = new AnswerSchemas(document);
  const operations = operationsOf(document).map((operation) => {
    const { json } = operation.answers;
    const [first] = json;
    if (first === undefined) return { operation, answer: undefined };
    // A client's caller does not see which success it was, so the schema of any of them will do.
    const declared = json.length === 1 ? first.schema : { anyOf: json.map(({ schema }) => schema) };
    return { operation, answer: { declared, schema: schemas.of(declared, first.place) } };
  });
  // Only now: finding enums needs the names that all answers' schemas refer to.
  const found = findEnums(
    schemas,
    operations.map(({ answer }) => answer?.declared ?? true),
  );
  const named = new Map([...schemas.named()].map(([name, { schema }]) => [name, schema]));
  const $defs = named.size === 0 ? undefined : new Code("schemas");
  const enums = found.named.size === 0 ? {} : new Code("enums");
  const called = operations.map(({ operation, answer }, index) => {
    const checks = answer && {
      schema: { ...answer.schema, $defs },
      enums: { root: found.roots[index] ?? {}, named: enums },
    };
    return { operation, checks };
  });
  const shared = sharedLiterals(
    called.flatMap(({ operation: { name, parameters }, checks }) => [
      ...(checks === undefined ? [] : [[name, checks] as const]),
      ...Object.values(parameters).flatMap((schemas) => Object.entries(schemas)),
    ]),
  );
  const entries = called.map(
    ({ operation, checks }) => [operation.name, operationLiteral(operation, checks, shared.of)] as const,
  );
  const all = operations.map(({ operation }) => operation);
  const parts = [
    header(contract.source, command, [...schemas.notChecked]),
    typesOf(document).trimEnd(),
    `/** What each operation takes and answers. */\nexport interface Calls ${interfaceBody(all.map((operation) => [operation.name, typeOfOperation(operation)]))}`,
    `/** What each operation that can be called answers when all is well. */\nexport interface Answers ${answerTypes(all)}`,
    table("Schemas that answers' schemas refer to.", "schemas", named),
    table(
      "Where in those schemas enums stand, and the values that the contract lists there.",
      "enums",
      found.named,
    ),
    table("What several operations have.", "shared", shared.table),
    `/** The operations of the contract. */\nexport const contract = ${literal(Object.fromEntries(entries))};`,
  ];
  const checked = operations.flatMap(({ operation, answer }) =>
    answer === undefined ? [] : [{ operation, schema: answer.schema }],
  );
  return {
    text: `${parts.filter((part) => part !== "").join("\n\n")}\n`,
    notes: [...(written.unmatched ?? []), ...refusedExamples(written, checked, Object.fromEntries(named))],
  };
}

function header(source: string, command: string, notChecked: readonly string[]): string {
  const lines = [`${GENERATED_MARK}${source}: do not edit. To regenerate: ${command}`];
  if (notChecked.length > 0) lines.push("// Not checked in answers:");
  // A path of the document may hold a line's end, which would end the comment.
  return [...lines, ...notChecked.map((what) => `// - ${what.replaceAll(/[\r\n\u2028\u2029]/g, " ")}`)].join(
    "\n",
  );
}

function answerTypes(operations: readonly ContractOperation[]): string {
  const called = operations.filter(({ leftOut }) => leftOut === undefined);
  return interfaceBody(
    called.map((operation) => {
      const types = operation.answers.json.map(({ status, mediaType }) => {
        const key = /^\d+$/.test(status) ? status : JSON.stringify(status);
        const content = `["responses"][${key}]["content"][${JSON.stringify(mediaType)}]`;
        return `${typeOfOperation(operation)}${content}`;
      });
      if (operation.answers.empty !== undefined) types.push("undefined");
      // A client knows it as a stream.
      if (operation.answers.types !== undefined) types.push("unknown");
      return [operation.name, [...new Set(types)].join(" | ")];
    }),
  );
}

function typeOfOperation({ path, method }: ContractOperation): string {
  return `paths[${JSON.stringify(path)}][${JSON.stringify(method.toLowerCase())}]`;
}

function interfaceBody(members: readonly (readonly [name: string, type: string])[]): string {
  const lines = members.map(([name, type]) => `  readonly ${JSON.stringify(name)}: ${type};\n`);
  return `{\n${lines.join("")}}`;
}

function operationLiteral(
  operation: ContractOperation,
  answer: Literal | undefined,
  share: (value: Literal) => Literal,
): Literal {
  const { name, method, path, idempotent, parameters, repeated, unsendable } = operation;
  const { bodyType, formStyles, headers, answers, leftOut } = operation;
  const chosen = Object.entries(parameters).flatMap(([place, schemas]) => {
    const written = Object.entries(schemas).map(([key, schema]) => [key, share(schema)] as const);
    return written.length === 0 ? [] : [[place, Object.fromEntries(written)] as const];
  });
  return {
    name,
    method: constant(method),
    path,
    idempotent: idempotent || undefined,
    parameters: chosen.length === 0 ? undefined : Object.fromEntries(chosen),
    repeated: repeated.length === 0 ? undefined : repeated,
    unsendable: unsendable.length === 0 ? undefined : constant(unsendable),
    bodyType: bodyType && constant(bodyType),
    formStyles:
      formStyles &&
      Object.fromEntries(Object.entries(formStyles).map(([member, style]) => [member, constant(style)])),
    headers: headers.length === 0 ? undefined : constant(headers),
    answerTypes: answers.types && constant(answers.types),
    empty: answers.empty && constant(answers.empty),
    answer: answer && share(answer),
    leftOut,
  };
}

/** Typed as the value itself and not only as a string: a client's types depend on it. */
function constant(value: string | readonly string[]): Code {
  return new Code(`${literal(value)} as const`);
}

function table(comment: string, name: string, values: ReadonlyMap<string, Literal>): string {
  const value = Object.fromEntries([...values].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return values.size === 0 ? "" : `/** ${comment} */\nconst ${name} = ${literal(value)};`;
}
