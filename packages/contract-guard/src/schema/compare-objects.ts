import { isObject } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { below, change, mismatch } from "./comparison.ts";
import type { Comparison, Mismatches } from "./comparison.ts";
import type { PlainForm } from "./form.ts";
import { formsOf } from "./forms.ts";
import { annotation, changedDefault } from "./references.ts";

/** How the fields of two objects differ: those that one side lacks, and those that both have. */
export function compareObjects(sent: PlainForm, read: PlainForm, compared: Comparison): Mismatches {
  const names = new Set([...read.properties.keys(), ...read.required, ...sent.properties.keys()]);
  const fields = [...names].flatMap((name) => below(name, compareField(name, sent, read, compared)));
  return [...fields, ...compareAdditional(sent, read, compared)];
}

function compareField(name: string, sent: PlainForm, read: PlainForm, compared: Comparison): Mismatches {
  const isAnswer = compared.direction === "answer";
  const isRequired = read.required.has(name) && !sent.required.has(name);
  const sentSchema = allOf(sent.properties.get(name));
  const readSchema = allOf(read.properties.get(name));
  if (readSchema === undefined) {
    const missing = isRequired ? compareMissing(name, read, compared) : [];
    return sentSchema === undefined ? missing : missing.concat(compareUnread(sentSchema, read, compared));
  }
  const isSent = sentSchema !== undefined && mayOccur(sentSchema, compared, compared.sender);
  if (!mayOccur(readSchema, compared, compared.reader))
    return isSent && !isAnswer ? [mismatch("field-removed", "is no longer accepted")] : [];
  if (!isSent) {
    // The sender's map may hold this name, with a value of the map's.
    const ofMap = isAnswer || !isObject(sent.additional) ? [] : compared.compare(sent.additional, readSchema);
    return [...compareMissing(name, read, compared), ...ofMap];
  }
  if (compared.problem === true && name === "type")
    return compareProblemTypes(sentSchema, readSchema, compared);
  // It repeats the answer's own status, which may be declared by `default`.
  if (compared.problem === true && name === "status") return [];
  const found = [...compared.compare(sentSchema, readSchema)];
  if (isRequired && isAnswer) found.push(mismatch("field-optional", "may now be missing"));
  if (isRequired && !isAnswer) found.push(mismatch("field-required", "must be sent now"));
  if (!isAnswer && !read.required.has(name)) {
    const before = annotation(sentSchema, "default", compared.sender);
    const what = changedDefault(before, annotation(readSchema, "default", compared.reader));
    if (what !== undefined) found.push(mismatch("default-changed", what));
  }
  return found;
}

/**
 * Whether a field may be there in this direction. A schema may declare a field that no value fits,
 * or that only goes the other way (`readOnly`, `writeOnly`; OpenAPI 3.1, section 4.8.24).
 */
function mayOccur(schema: Json, { direction }: Comparison, document: JsonObject): boolean {
  const otherWay = direction === "answer" ? "writeOnly" : "readOnly";
  return annotation(schema, otherWay, document) !== true && formsOf(schema, document).length > 0;
}

/** A field that the reader knows and the sender does not have. */
function compareMissing(name: string, read: PlainForm, { direction }: Comparison): Mismatches {
  // A client was told of the field: a screen may show it, even an optional one.
  if (direction === "answer") return [mismatch("field-removed", "is gone")];
  return read.required.has(name) ? [mismatch("field-required", "must be sent now")] : [];
}

/** A field that the sender has and the reader does not know. */
function compareUnread(schema: Json, read: PlainForm, compared: Comparison): Mismatches {
  const { additional } = read;
  if (additional !== undefined && typeof additional !== "boolean")
    return compared.compare(schema, additional);
  if (compared.direction === "answer") return [];
  return additional === false
    ? [mismatch("field-refused", "is refused now")]
    : [mismatch("field-removed", "is ignored now")];
}

/** Fields without a name in the schema: the values of a map, or what a closed object refuses. */
function compareAdditional(sent: PlainForm, read: PlainForm, compared: Comparison): Mismatches {
  const [sentSchema = true, readSchema = true] = [sent.additional, read.additional];
  if (readSchema === true || sentSchema === false) return [];
  if (readSchema !== false) return below("{}", compared.compare(sentSchema, readSchema));
  if (compared.direction === "answer") return [];
  return [
    mismatch("field-refused", change(compared, "open to fields that it does not name", "closed to them")),
  ];
}

/**
 * The `type` of a problem (RFC 9457). Another one breaks no client: a client that does not know it
 * goes by the status. Where one takes the place of another it was renamed, and clients that expect
 * the old one no longer get it.
 */
function compareProblemTypes(sent: Json, read: Json, compared: Comparison): Mismatches {
  const now = valuesOf(sent, compared.sender);
  const before = valuesOf(read, compared.reader);
  if (now === undefined || before === undefined) return [];
  const gone = before.filter((type) => !now.includes(type));
  const added = now.filter((type) => !before.includes(type));
  if (gone.length === 0 || added.length === 0) return [];
  return [mismatch("problem-renamed", `was ${gone.join(", ")}, is now ${added.join(", ")}`)];
}

function valuesOf(schema: Json, document: JsonObject): readonly string[] | undefined {
  const forms = formsOf(schema, document);
  if (forms.some(({ values }) => values === undefined)) return undefined;
  return forms.flatMap(({ values = [] }) => values.map(String));
}

function allOf(schemas: readonly Json[] | undefined): Json | undefined {
  return schemas?.length === 1 ? schemas[0] : schemas && { allOf: schemas };
}
