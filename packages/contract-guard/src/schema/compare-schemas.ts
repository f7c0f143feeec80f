import type { Mismatch } from "../finding.ts";
import { canonical, equal } from "../json.ts";
import type { Json } from "../json.ts";
import { compareObjects } from "./compare-objects.ts";
import { below, change, mismatch } from "./comparison.ts";
import type { Comparison, Mismatches, Parties } from "./comparison.ts";
import { ownForm } from "./form.ts";
import type { PlainForm, TypeName } from "./form.ts";
import { formsOf } from "./forms.ts";
import { compareLimits } from "./limits.ts";
import { listedValues } from "./listed-values.ts";

/** Keywords that only take values away: if only the sender has one, the reader loses nothing. */
const NARROWING = new Set(
  (
    "not if then else contains minContains maxContains dependentRequired dependentSchemas propertyNames " +
    "unevaluatedProperties unevaluatedItems"
  ).split(" "),
);

/** Formats whose every value also has the other format. */
const NARROWER_FORMATS: ReadonlySet<string> = new Set([
  "int32 in int64",
  "float in double",
  "uri in uri-reference",
  "email in idn-email",
  "hostname in idn-hostname",
]);

type Forms = readonly PlainForm[];

/**
 * Compares schemas of two documents: does the reader understand every value that the sender may
 * send? `compare` answers with what it would not understand, so with nothing where all is well.
 * Both directions are this one question, with two exceptions that clients rely on: the reader of an
 * answer ignores fields that it does not know, and a field that a client was told of is not taken
 * away, even an optional one.
 *
 * @throws GuardError where something is no schema, or has too many forms
 */
export function schemaComparison(parties: Parties): Comparison {
  // Contracts refer to one schema from many places, and from inside itself.
  const known = new Map<string, Mismatches>();
  const compared: Comparison = {
    ...parties,
    accepts: listedValues(parties),
    compare: (sent, read) => {
      const pair = `${canonical(sent)} ${canonical(read)}`;
      const before = known.get(pair);
      if (before !== undefined) return before;
      // For the time of the comparison: a schema that contains itself differs where it first does.
      known.set(pair, []);
      const exactly = parties.direction === "request";
      const found = compareForms(
        formsOf(sent, parties.sender, exactly),
        formsOf(read, parties.reader, exactly),
        compared,
      );
      const distinct = [...new Map(found.map((each) => [JSON.stringify(each), each])).values()];
      known.set(pair, distinct);
      return distinct;
    },
  };
  return compared;
}

/** Every form that may be sent needs a form of the reader's that accepts it. */
function compareForms(sent: Forms, read: Forms, compared: Comparison): Mismatches {
  return sent.flatMap((form) => {
    const candidates = read.filter((candidate) => takesType(candidate.type, form.type, compared));
    if (candidates.length === 0) return [typeMismatch(form, sent, read, compared)];
    if (form.values !== undefined) return unknownValues(form.values, candidates, compared);
    // Of a union's branches, the one with the fewest mismatches is most probably the one that is
    // meant.
    return candidates
      .map((candidate) => compareForm(candidate.type === "string" ? textOf(form) : form, candidate, compared))
      .reduce((fewest, next) => (next.length < fewest.length ? next : fewest));
  });
}

function takesType(read: TypeName | undefined, sent: TypeName | undefined, { asText }: Comparison): boolean {
  if (read === undefined || read === sent || (read === "number" && sent === "integer")) return true;
  return asText === true && read === "string" && ["integer", "number", "boolean"].includes(String(sent));
}

/** The form of the text of a number. */
function textOf(form: PlainForm): PlainForm {
  if (form.type === "string") return form;
  return { ...ownForm({ minLength: 1 }), type: "string" };
}

/** Null has codes of its own: it is the most common change of a type, and the easiest to mend. */
function typeMismatch(form: PlainForm, sent: Forms, read: Forms, compared: Comparison): Mismatch {
  if (form.type !== "null") return mismatch("type-changed", change(compared, typesOf(sent), typesOf(read)));
  return compared.direction === "answer"
    ? mismatch("null-added", "may now be null")
    : mismatch("null-refused", "may no longer be null");
}

function typesOf(forms: Forms): string {
  const names = new Set(forms.map(({ type }) => type ?? "anything"));
  return names.size === 0 ? "nothing" : [...names].join(" or ");
}

/** Listed values can be tried one by one: each needs a form that it fits. */
function unknownValues(values: readonly Json[], candidates: Forms, compared: Comparison): Mismatches {
  const unknown = values.filter((value) => !candidates.some((form) => compared.accepts(value, form)));
  if (unknown.length === 0) return [];
  const listed = unknown.map((value) => JSON.stringify(value)).join(", ");
  return compared.direction === "answer"
    ? [mismatch("value-unknown", `may now be ${listed}, which it was not before`)]
    : [mismatch("value-refused", `${listed} is refused now`)];
}

/** What the reader's form does not accept of the values that have the sender's form. */
function compareForm(sent: PlainForm, read: PlainForm, compared: Comparison): Mismatches {
  return [
    ...compareListed(sent, read, compared),
    ...compareLimits(sent, read, compared),
    ...compareFormats(sent, read, compared),
    ...compareOthers(sent, read),
    ...compareObjects(sent, read, compared),
    ...(read.items.length === 0
      ? []
      : below("[]", compared.compare({ allOf: sent.items }, { allOf: read.items }))),
  ];
}

/** The sender lists no values here: `compareForms` has compared those that do. */
function compareListed(sent: PlainForm, read: PlainForm, compared: Comparison): Mismatches {
  if (read.values === undefined) return [];
  const listed = `one of ${read.values.map((value) => JSON.stringify(value)).join(", ")}`;
  const code = compared.direction === "answer" ? "value-unknown" : "value-refused";
  return [mismatch(code, change(compared, `any ${sent.type ?? "value"}`, listed))];
}

function compareFormats(sent: PlainForm, read: PlainForm, compared: Comparison): Mismatches {
  const own = [...sent.formats];
  const isMissing = (format: string): boolean =>
    !own.some((narrower) => narrower === format || NARROWER_FORMATS.has(`${narrower} in ${format}`));
  if (![...read.formats].some(isMissing)) return [];
  const text = ({ formats }: PlainForm): string =>
    formats.size === 0 ? "of any format" : `of format ${[...formats].join(" and ")}`;
  return [mismatch("format-changed", change(compared, text(sent), text(read)))];
}

function compareOthers(sent: PlainForm, read: PlainForm): Mismatches {
  const names = new Set([...sent.others.keys(), ...read.others.keys()]);
  return [...names]
    .filter((name) => !equal(sent.others.get(name), read.others.get(name)))
    .filter((name) => read.others.has(name) || !NARROWING.has(name))
    .map((name) =>
      mismatch(
        "not-weighed",
        `${name} has changed, and the guard cannot tell what that means to a client: leave it`,
      ),
    );
}
