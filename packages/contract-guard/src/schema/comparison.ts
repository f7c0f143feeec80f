import type { Direction, FindingCode, Mismatch } from "../finding.ts";
import type { Json, JsonObject } from "../json.ts";
import type { PlainForm } from "./form.ts";

/**
 * Who sends a value and who reads it. A released client sends requests and reads answers; the BFF
 * of now reads requests and sends answers.
 */
export type Parties = {
  readonly direction: Direction;
  /** The document that holds the sender's schemas. */
  readonly sender: JsonObject;
  /** The document that holds the reader's schemas. */
  readonly reader: JsonObject;
  /** Problem details (RFC 9457): a client that does not know a `type` goes by the status. */
  readonly problem?: boolean;
  /** Parameters travel as text, so a reader of text accepts the text of a number. */
  readonly asText?: boolean;
};

/** What a comparison found: nothing where all is well. */
export type Mismatches = readonly Mismatch[];

/** Whether a form accepts a value. */
export type Accepts = (value: Json, form: PlainForm) => boolean;

/** A comparison under way: what the parts of it need to compare the schemas inside a schema. */
export type Comparison = Parties & {
  /** Whether the reader's form accepts a listed value. */
  readonly accepts: Accepts;
  /** What the reader of the one schema would not understand of the other's values. */
  readonly compare: (sent: Json, read: Json) => Mismatches;
};

/** A mismatch at the compared schema itself. */
export function mismatch(code: FindingCode, what: string): Mismatch {
  return { code, at: [], what };
}

/** `was string, is now integer`, whichever side sends it. */
export function change({ direction }: Parties, sent: string, read: string): string {
  return direction === "answer" ? `was ${read}, is now ${sent}` : `was ${sent}, is now ${read}`;
}

/** The same mismatches, seen from one step further out. */
export function below(step: string, found: Mismatches): Mismatches {
  return found.map((inner) => ({ ...inner, at: [step, ...inner.at] }));
}
