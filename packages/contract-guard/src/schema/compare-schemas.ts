import { canonical } from "../json.ts";
import type { Json } from "../json.ts";
import { compareForms } from "./compare-forms.ts";
import { change } from "./comparison.ts";
import type { Comparison, Mismatch } from "./comparison.ts";
import { fits } from "./fits.ts";
import { formsOf } from "./forms.ts";
import type { PlainForm, TypeName } from "./plain.ts";

/**
 * Whether the reader understands all that the sender may send: nothing, if so. Both directions are this one question. The answer
 * is about what the schemas allow, with two exceptions that clients of this project live by: who reads an answer ignores fields
 * it does not know, and a field that a client was told of is not taken away, though it was optional.
 */
export function compareSchemas(sent: Json, read: Json, compared: Comparison): readonly Mismatch[] {
  const pair = `${canonical(sent)} ${canonical(read)}`;
  const known = compared.known.get(pair);
  if (known !== undefined) return known;
  // While it is being compared: a schema that holds itself mismatches where it first does.
  compared.known.set(pair, []);
  const found = distinct(compare(formsOf(sent, compared.sender), formsOf(read, compared.reader), compared));
  compared.known.set(pair, found);
  return found;
}

function compare(
  sent: readonly PlainForm[],
  read: readonly PlainForm[],
  compared: Comparison,
): readonly Mismatch[] {
  return sent.flatMap((form) => {
    const candidates = read.filter((candidate) => takesType(candidate.type, form.type));
    if (candidates.length === 0) return [typeMismatch(form, sent, read, compared)];
    if (form.values !== undefined) return unknownValues(form.values, candidates, compared);
    return fewest(candidates.map((candidate) => compareForms(form, candidate, compared, compareSchemas)));
  });
}

function takesType(read: TypeName | undefined, sent: TypeName | undefined): boolean {
  return read === undefined || read === sent || (read === "number" && sent === "integer");
}

function typeMismatch(
  form: PlainForm,
  sent: readonly PlainForm[],
  read: readonly PlainForm[],
  compared: Comparison,
): Mismatch {
  if (form.type === "null") {
    return compared.direction === "answer"
      ? { code: "null-added", at: [], what: "may now be null" }
      : { code: "null-refused", at: [], what: "may be null no more" };
  }
  return { code: "type-changed", at: [], what: change(compared, typesOf(sent), typesOf(read)) };
}

function typesOf(forms: readonly PlainForm[]): string {
  const names = new Set(forms.map(({ type }) => type ?? "anything"));
  return names.size === 0 ? "nothing" : [...names].join(" or ");
}

function unknownValues(
  values: readonly Json[],
  candidates: readonly PlainForm[],
  compared: Comparison,
): readonly Mismatch[] {
  const unknown = values.filter((value) => !candidates.some((candidate) => fits(value, candidate)));
  if (unknown.length === 0) return [];
  const listed = unknown.map((value) => JSON.stringify(value)).join(", ");
  return compared.direction === "answer"
    ? [{ code: "value-unknown", at: [], what: `may now be ${listed}, which it was not before` }]
    : [{ code: "value-refused", at: [], what: `${listed} is refused now` }];
}

/** Of a union's branches, the one that was most probably meant. */
function fewest(found: readonly (readonly Mismatch[])[]): readonly Mismatch[] {
  return found.reduce((least, next) => (next.length < least.length ? next : least));
}

function distinct(found: readonly Mismatch[]): readonly Mismatch[] {
  return [...new Map(found.map((mismatch) => [JSON.stringify(mismatch), mismatch])).values()];
}
