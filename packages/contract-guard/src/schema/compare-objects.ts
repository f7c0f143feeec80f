import type { Json, JsonObject } from "../json.ts";
import { annotation, changedDefault } from "./annotation.ts";
import type { CompareSchemas } from "./compare-forms.ts";
import { below, change } from "./comparison.ts";
import type { Comparison, Mismatch } from "./comparison.ts";
import { formsOf } from "./forms.ts";
import { problemType } from "./problem-type.ts";
import type { PlainForm } from "./plain.ts";

/** Fields: what was promised and is not there, what is asked for and not sent, and how those differ that both know. */
export function compareObjects(
  sent: PlainForm,
  read: PlainForm,
  compared: Comparison,
  compareSchemas: CompareSchemas,
): readonly Mismatch[] {
  const found: Mismatch[] = [];
  for (const [name, schemas] of read.properties) {
    const own = sent.properties.get(name);
    const isSent = own !== undefined && !isNamedOnly(own, compared.direction, compared.sender);
    const isRead = !isNamedOnly(schemas, compared.direction, compared.reader);
    if (isSent && isRead) {
      found.push(...below(name, field(name, { own, schemas, sent, read }, compared, compareSchemas)));
    } else if (isRead) {
      found.push(...below(name, notSent(name, read, compared)));
    } else if (isSent && compared.direction === "request") {
      found.push(...below(name, [{ code: "field-removed", at: [], what: "is taken no more" }]));
    }
  }
  for (const name of read.required) {
    if (!read.properties.has(name) && !sent.required.has(name))
      found.push(...below(name, notSent(name, read, compared)));
  }
  for (const [name, schemas] of sent.properties) {
    if (!read.properties.has(name))
      found.push(...below(name, notRead(schemas, read, compared, compareSchemas)));
  }
  return [...found, ...additional(sent, read, compared, compareSchemas)];
}

/** A field that both know. */
function field(
  name: string,
  pair: {
    readonly own: readonly Json[];
    readonly schemas: readonly Json[];
    readonly sent: PlainForm;
    readonly read: PlainForm;
  },
  compared: Comparison,
  compareSchemas: CompareSchemas,
): readonly Mismatch[] {
  const { own, schemas, sent, read } = pair;
  if (compared.problem && name === "type") return problemType(allOf(own), allOf(schemas), compared);
  const found = [...compareSchemas(allOf(own), allOf(schemas), compared)];
  const isPromised = read.required.has(name);
  if (isPromised && !sent.required.has(name)) {
    found.push(
      compared.direction === "answer"
        ? { code: "field-optional", at: [], what: "may now be missing" }
        : { code: "field-required", at: [], what: "must be sent now" },
    );
  }
  if (compared.direction === "request" && !isPromised) found.push(...defaults(own, schemas, compared));
  return found;
}

/** What the client leaves out means something else now. */
function defaults(own: readonly Json[], schemas: readonly Json[], compared: Comparison): readonly Mismatch[] {
  const what = changedDefault(
    annotation(allOf(own), "default", compared.sender),
    annotation(allOf(schemas), "default", compared.reader),
  );
  return what === undefined ? [] : [{ code: "default-changed", at: [], what }];
}

/**
 * A field that one of both only names: nothing fits it, or it goes the other way alone (OpenAPI 3.1, section 4.8.24: JSON Schema's
 * `readOnly` and `writeOnly`).
 */
function isNamedOnly(
  schemas: readonly Json[],
  direction: Comparison["direction"],
  document: JsonObject,
): boolean {
  const otherWay = direction === "answer" ? "writeOnly" : "readOnly";
  return (
    annotation(allOf(schemas), otherWay, document) === true || formsOf(allOf(schemas), document).length === 0
  );
}

/** A field that the reader knows and the sender does not. */
function notSent(name: string, read: PlainForm, { direction }: Comparison): readonly Mismatch[] {
  if (direction === "answer") return [{ code: "field-removed", at: [], what: "is gone" }];
  return read.required.has(name) ? [{ code: "field-required", at: [], what: "must be sent now" }] : [];
}

/** A field that the sender knows and the reader does not. */
function notRead(
  schemas: readonly Json[],
  read: PlainForm,
  compared: Comparison,
  compareSchemas: CompareSchemas,
): readonly Mismatch[] {
  const { additional } = read;
  if (additional !== undefined && typeof additional !== "boolean")
    return compareSchemas(allOf(schemas), additional, compared);
  if (compared.direction === "answer") return [];
  return additional === false
    ? [{ code: "field-refused", at: [], what: "is refused now" }]
    : [{ code: "field-removed", at: [], what: "is ignored now" }];
}

/** Fields that have no name in the schema: a map's values, or what a closed object refuses. */
function additional(
  sent: PlainForm,
  read: PlainForm,
  compared: Comparison,
  compareSchemas: CompareSchemas,
): readonly Mismatch[] {
  const [own = true, theirs = true] = [sent.additional, read.additional];
  if (theirs === true || own === false) return [];
  if (theirs !== false) return below("{}", compareSchemas(own, theirs, compared));
  if (compared.direction === "answer") return [];
  return [
    {
      code: "field-refused",
      at: [],
      what: change(compared, "open to fields that it does not name", "closed to them"),
    },
  ];
}

function allOf(schemas: readonly Json[]): Json {
  const [only, ...more] = schemas;
  return only !== undefined && more.length === 0 ? only : { allOf: schemas };
}
