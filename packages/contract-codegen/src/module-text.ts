import type { AnswerEnums } from "./enum-graph.ts";
import type { EnumPositions } from "./enum-positions.ts";
import type { JsonObject } from "./json.ts";
import { Code, literal } from "./literal.ts";
import type { Literal } from "./literal.ts";
import type { ContractOperation } from "./operations.ts";

/** An operation, and what its answer is checked by; undefined where it answers no JSON. */
export type GeneratedOperation = {
  readonly operation: ContractOperation;
  readonly answer: GeneratedAnswer | undefined;
};

export type GeneratedAnswer = {
  readonly schema: JsonObject;
  /** Names of the shared schemas that `schema` refers to, directly or not. */
  readonly schemaNames: readonly string[];
  readonly enums: AnswerEnums;
};

export type GeneratedModule = {
  readonly source: string;
  /** What to run to make the file anew. */
  readonly command: string;
  readonly types: string;
  readonly operations: readonly GeneratedOperation[];
  readonly schemas: ReadonlyMap<string, JsonObject>;
  readonly notChecked: readonly string[];
};

/** The first words of every generated file: what has them may be written over. */
export const GENERATED_MARK = "// Generated from ";

/** The text of a generated module. */
export function moduleText(module: GeneratedModule): string {
  const enums = new Map(module.operations.flatMap(({ answer }) => [...(answer?.enums.named ?? [])]));
  const parts = [
    header(module),
    module.types.trimEnd(),
    callsInterface(module.operations),
    answersInterface(module.operations),
    sharedTable("schemas", "Schemas that answers' schemas refer to.", module.schemas),
    sharedTable(
      "enums",
      "Where in those schemas enums stand, and the values that the contract lists there.",
      enums,
    ),
    `/** The operations of the contract. */\n${constant("export const contract", contractOf(module.operations))}`,
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function sharedTable(
  name: string,
  comment: string,
  table: ReadonlyMap<string, JsonObject | EnumPositions>,
): string {
  return table.size === 0 ? "" : `/** ${comment} */\n${constant(`const ${name}`, byName(table))}`;
}

function header({ source, command, notChecked }: GeneratedModule): string {
  const lines = [`${GENERATED_MARK}${source}: do not edit. To make it anew: ${command}`];
  if (notChecked.length > 0)
    lines.push("// Not checked in answers:", ...notChecked.map((what) => `// - ${what}`));
  return lines.join("\n");
}

function callsInterface(operations: readonly GeneratedOperation[]): string {
  const members = operations.map(({ operation: { name, method, path } }) => {
    const type = `paths[${JSON.stringify(path)}][${JSON.stringify(method.toLowerCase())}]`;
    return `  readonly ${JSON.stringify(name)}: ${type};\n`;
  });
  return `/** What each operation takes and answers. */\nexport interface Calls {\n${members.join("")}}`;
}

function answersInterface(operations: readonly GeneratedOperation[]): string {
  const members = operations.flatMap(({ operation: { name, method, path, answers, leftOut } }) => {
    if (leftOut !== undefined) return [];
    const responses = `paths[${JSON.stringify(path)}][${JSON.stringify(method.toLowerCase())}]["responses"]`;
    const types = answers.json.map(({ status, mediaType }) => {
      const key = /^\d+$/.test(status) ? status : JSON.stringify(status);
      return `${responses}[${key}]["content"][${JSON.stringify(mediaType)}]`;
    });
    if (answers.empty !== undefined) types.push("undefined");
    return [`  readonly ${JSON.stringify(name)}: ${[...new Set(types)].join(" | ")};\n`];
  });
  return `/** What each operation that can be called answers when all is well. */\nexport interface Answers {\n${members.join("")}}`;
}

function contractOf(operations: readonly GeneratedOperation[]): Literal {
  return Object.fromEntries(
    operations.map(({ operation, answer }) => {
      const { name, method, path, idempotent, parameters, query, bodyType, answers, leftOut } = operation;
      const own = {
        name,
        method: constantOf(method),
        path,
        idempotent,
        parameters,
        ...(query.repeated.length === 0 ? {} : { repeated: [...query.repeated] }),
        ...(query.unsendable.length === 0 ? {} : { unsendable: constantOf(query.unsendable) }),
        ...(bodyType === undefined ? {} : { bodyType: constantOf(bodyType) }),
        ...(answers.empty === undefined ? {} : { empty: constantOf(answers.empty) }),
        ...(answer === undefined ? {} : { answer: answerLiteral(answer) }),
      };
      return [name, leftOut === undefined ? own : { ...own, leftOut }];
    }),
  );
}

/** What a client's types read off: the value itself, not only that it is a text. */
function constantOf(value: string | readonly string[]): Code {
  return new Code(`${literal(value)} as const`);
}

function answerLiteral({ schema, schemaNames, enums }: GeneratedAnswer): Literal {
  return {
    schema: { ...schema, ...(schemaNames.length === 0 ? {} : { $defs: taken("schemas", schemaNames) }) },
    enums: { root: asLiteral(enums.root), named: taken("enums", [...enums.named.keys()]) },
  };
}

function taken(table: string, names: readonly string[]): Literal {
  return Object.fromEntries(names.map((name) => [name, new Code(`${table}[${JSON.stringify(name)}]`)]));
}

function byName(table: ReadonlyMap<string, JsonObject | EnumPositions>): Literal {
  return Object.fromEntries(
    [...table].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [name, asLiteral(value)]),
  );
}

function constant(declaration: string, value: Literal): string {
  return `${declaration} = ${literal(value)};`;
}

/** JSON, and a tree of enum positions, are literals member by member. */
function asLiteral(value: JsonObject | EnumPositions): Literal {
  return JSON.parse(JSON.stringify(value));
}
