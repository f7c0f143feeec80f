import { fieldsAt, isFields, listAt, resolved } from "@triptych/testing/played-service";
import type { Fields } from "@triptych/testing/played-service";
import type { Name } from "../names.ts";
import { exampleCalls, keyOf, memberOf } from "../upstream/operations.ts";

/** Fields that a sample shows of one object, and elements of a list. */
const MOST_FIELDS = 6;
const MOST_ELEMENTS = 10;

/**
 * A first screen of a BFF: one section over the simplest GET of a service's document, with up to
 * six plain fields of what it answers, or of each element of the list that it answers.
 *
 * @param callable the names of the operations that the service's client has
 * @returns the screen's source, or undefined where no GET can be called with what can be made up
 */
export function firstScreen(
  document: Fields,
  {
    callable,
    service,
    app,
  }: { readonly callable: ReadonlyMap<string, string>; readonly service: Name; readonly app: string },
): string | undefined {
  const calls = exampleCalls(document, callable).filter(({ method }) => method === "GET");
  const shaped = calls.map((call) => ({ call, shaped: shapeOf(document, answerOf(document, call.path)) }));
  // A list shows most. What has no plain field says only that it was answered.
  const best = (["list", "object", "nothing"] as const)
    .map((kind) => shaped.find((one) => one.shaped.kind === kind))
    .find((one) => one !== undefined);
  if (best === undefined) return undefined;
  const { call } = best;
  const { schema, shape } = best.shaped;
  const client = service.camel;
  return `import { Type } from "typebox";
import { required, screen } from "../upstreams.ts";

/** What the screen shows of the service's answer: only what is named here is sent. */
const Sample = ${schema};

/**
 * A sample, to be replaced by the client's own first screen. To add a field: name it in the
 * section's schema and fill it in \`shape\`, then run \`npm run contracts -- --write ${app}\`.
 */
export const home = screen({
  name: "home",
  path: "/home",
  summary: "What the client's first screen shows",
  budget: { deadlineMs: 800, upstreamCalls: 1, bytes: 50_000 },
  sections: {
    ${client}: required({
      schema: Sample,
      load: (clients) => clients${memberOf(service.kebab)}${call.code},
      shape: ${shape},
    }),
  },
});
`;
}

/** The schema of the success of the GET of a path. */
function answerOf(document: Fields, path: string): Fields {
  const operation = fieldsAt(resolved(document, fieldsAt(document, "paths")[path]), "get");
  const responses = fieldsAt(operation, "responses");
  const status =
    Object.keys(responses)
      .toSorted()
      .find((one) => /^2(?:\d\d|XX)$/.test(one)) ?? "default";
  const content = Object.entries(fieldsAt(resolved(document, responses[status]), "content"));
  const [, media] = content.find(([type]) => /[/+]json\b/.test(type)) ?? [];
  return schemaAt(document, isFields(media) ? media["schema"] : undefined);
}

/** A schema without its reference, and with the members of what it is composed of by `allOf`. */
function schemaAt(document: Fields, value: unknown): Fields {
  const schema = resolved(document, value);
  if (!isFields(schema)) return {};
  const parts = listAt(schema, "allOf").map((part) => schemaAt(document, part));
  if (parts.length === 0) return schema;
  const all = [...parts, schema];
  return {
    ...Object.assign({}, ...all),
    properties: Object.assign({}, ...all.map((part) => fieldsAt(part, "properties"))),
    required: all.flatMap((part) => listAt(part, "required")),
  };
}

interface Shape {
  readonly kind: "list" | "object" | "nothing";
  /** TypeBox source. */
  readonly schema: string;
  /** A function of the answer. */
  readonly shape: string;
}

function shapeOf(document: Fields, answer: Fields): Shape {
  const elements = elementsOf(document, answer);
  if (elements !== undefined) return listShape(elements, "(answer) => answer");
  for (const [name, value] of Object.entries(fieldsAt(answer, "properties"))) {
    const inside = elementsOf(document, schemaAt(document, value));
    if (inside === undefined) continue;
    const list = `answer${memberOf(name)}`;
    return listShape(inside, `(answer) => ${isRequired(answer, name) ? list : `(${list} ?? [])`}`);
  }
  const fields = fieldsOf(document, answer);
  if (fields.length === 0) {
    const schema = "Type.Object({ answered: Type.Boolean() })";
    return { kind: "nothing", schema, shape: "() => ({ answered: true })" };
  }
  return { kind: "object", schema: objectOf(fields), shape: `(answer) => (${valueOf(fields, "answer")})` };
}

function listShape(fields: readonly Field[], list: string): Shape {
  return {
    kind: "list",
    schema: `Type.Array(${objectOf(fields)})`,
    shape: `${list}.slice(0, ${MOST_ELEMENTS}).map((element) => (${valueOf(fields, "element")}))`,
  };
}

interface Field {
  readonly name: string;
  readonly type: string;
  /** May be missing or null. */
  readonly isOptional: boolean;
}

/** The plain fields of a list's elements; undefined where it is no list of objects with any. */
function elementsOf(document: Fields, schema: Fields): readonly Field[] | undefined {
  if (typesOf(schema)[0] !== "array" || typesOf(schema).length > 1 || schema["nullable"] === true)
    return undefined;
  const fields = fieldsOf(document, schemaAt(document, schema["items"]));
  return fields.length === 0 ? undefined : fields;
}

const TYPES: Readonly<Record<string, string>> = {
  string: "Type.String()",
  integer: "Type.Number()",
  number: "Type.Number()",
  boolean: "Type.Boolean()",
};

function fieldsOf(document: Fields, schema: Fields): readonly Field[] {
  if (typesOf(schema).some((type) => type !== "object") || schema["nullable"] === true) return [];
  const fields = Object.entries(fieldsAt(schema, "properties")).flatMap(([name, value]): Field[] => {
    const read = resolved(document, value);
    if (!isFields(read) || read["writeOnly"] === true || read["format"] === "binary") return [];
    // What is composed, or lists values of several types, is for a person to shape.
    if (["allOf", "anyOf", "oneOf", "not", "enum", "const"].some((keyword) => keyword in read)) return [];
    const types = typesOf(read).map(String);
    const [type = "", ...others] = types.filter((one) => one !== "null");
    const source = TYPES[type];
    if (source === undefined || others.length > 0 || !/^[A-Za-z_][\w-]*$/.test(name) || name === "__proto__")
      return [];
    const isNullable = types.includes("null") || read["nullable"] === true;
    return [{ name, type: source, isOptional: isNullable || !isRequired(schema, name) }];
  });
  return fields
    .toSorted((one, other) => Number(one.isOptional) - Number(other.isOptional))
    .slice(0, MOST_FIELDS);
}

function typesOf(schema: Fields): readonly unknown[] {
  const type = schema["type"];
  if (type === undefined) return "properties" in schema ? ["object"] : [];
  return Array.isArray(type) ? type : [type];
}

function isRequired(schema: Fields, name: string): boolean {
  return listAt(schema, "required").includes(name);
}

function objectOf(fields: readonly Field[]): string {
  const members = fields.map(
    ({ name, type, isOptional }) =>
      `${keyOf(name)}: ${isOptional ? `Type.Union([${type}, Type.Null()])` : type}`,
  );
  return `Type.Object({ ${members.join(", ")} })`;
}

function valueOf(fields: readonly Field[], from: string): string {
  const members = fields.map(
    ({ name, isOptional }) => `${keyOf(name)}: ${from}${memberOf(name)}${isOptional ? " ?? null" : ""}`,
  );
  return `{ ${members.join(", ")} }`;
}
