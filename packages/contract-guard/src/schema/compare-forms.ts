import { equal } from "../json.ts";
import type { Json } from "../json.ts";
import { compareLimits } from "./compare-limits.ts";
import { compareObjects } from "./compare-objects.ts";
import { below, change } from "./comparison.ts";
import type { Comparison, Mismatch } from "./comparison.ts";
import type { PlainForm } from "./plain.ts";

/** How nested schemas are compared; handed in, since they are compared by who calls this. */
export type CompareSchemas = (sent: Json, read: Json, compared: Comparison) => readonly Mismatch[];

/** Keywords that only ever take values away: where the sender alone has them, the reader loses nothing. */
const NARROWING = new Set(
  "not if then else contains minContains maxContains dependentRequired dependentSchemas propertyNames unevaluatedProperties unevaluatedItems".split(
    " ",
  ),
);

/** A format whose every value has the other format, too. */
const NARROWER_FORMATS: ReadonlySet<string> = new Set([
  "int32 in int64",
  "float in double",
  "uri in uri-reference",
  "email in idn-email",
  "hostname in idn-hostname",
]);

/** What of a form of the sender's values the reader's form does not take. */
export function compareForms(
  sent: PlainForm,
  read: PlainForm,
  compared: Comparison,
  compareSchemas: CompareSchemas,
): readonly Mismatch[] {
  return [
    ...listedValues(sent, read, compared),
    ...compareLimits(sent, read, compared),
    ...formats(sent, read, compared),
    ...others(sent, read),
    ...compareObjects(sent, read, compared, compareSchemas),
    ...elements(sent, read, compared, compareSchemas),
  ];
}

function listedValues(sent: PlainForm, read: PlainForm, compared: Comparison): readonly Mismatch[] {
  if (read.values === undefined || sent.values !== undefined) return [];
  const listed = `one of ${read.values.map((value) => JSON.stringify(value)).join(", ")}`;
  const code = compared.direction === "answer" ? "value-unknown" : "value-refused";
  return [{ code, at: [], what: change(compared, `any ${sent.type ?? "value"}`, listed) }];
}

function formats(sent: PlainForm, read: PlainForm, compared: Comparison): readonly Mismatch[] {
  const missing = [...read.formats].filter(
    (format) =>
      !sent.formats.has(format) &&
      ![...sent.formats].some((own) => NARROWER_FORMATS.has(`${own} in ${format}`)),
  );
  if (missing.length === 0) return [];
  const text = (all: ReadonlySet<string>): string =>
    all.size === 0 ? "of any format" : `of format ${[...all].join(" and ")}`;
  return [{ code: "format-changed", at: [], what: change(compared, text(sent.formats), text(read.formats)) }];
}

function others(sent: PlainForm, read: PlainForm): readonly Mismatch[] {
  const names = new Set([...sent.others.keys(), ...read.others.keys()]);
  const different = [...names].filter(
    (name) =>
      !equal(sent.others.get(name), read.others.get(name)) &&
      !(NARROWING.has(name) && !read.others.has(name)),
  );
  return different.map((name) => ({
    code: "not-weighed",
    at: [],
    what: `${name} has changed, and what that means to a client is not known: leave it, or change something else`,
  }));
}

function elements(
  sent: PlainForm,
  read: PlainForm,
  compared: Comparison,
  compareSchemas: CompareSchemas,
): readonly Mismatch[] {
  if (read.items.length === 0) return [];
  return below("[]", compareSchemas({ allOf: sent.items }, { allOf: read.items }, compared));
}
