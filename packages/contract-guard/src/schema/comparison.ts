import type { Direction, FindingCode } from "../finding.ts";
import type { JsonObject } from "../json.ts";

/** Something that the reader of a value would not understand, seen from the compared schema. */
export type Mismatch = {
  readonly code: FindingCode;
  /** The way from the compared schema. */
  readonly at: readonly string[];
  readonly what: string;
};

/** Who sends and who reads: the released client sends requests and reads answers, the BFF of now the reverse. */
export type Comparison = {
  readonly direction: Direction;
  /** The document in which the sender's schemas stand. */
  readonly sender: JsonObject;
  /** The document in which the reader's schemas stand. */
  readonly reader: JsonObject;
  /** Problem details (RFC 9457): a client that does not know a `type` goes by the status. */
  readonly problem: boolean;
  /** What was found for pairs of schemas before: contracts refer to the same schema from many places, or from itself. */
  readonly known: Map<string, readonly Mismatch[]>;
};

export function comparison(options: Omit<Comparison, "known">): Comparison {
  return { ...options, known: new Map() };
}

/** `was string, is now integer`, whoever sends it. */
export function change({ direction }: Comparison, sent: string, read: string): string {
  return direction === "answer" ? `was ${read}, is now ${sent}` : `was ${sent}, is now ${read}`;
}

export function below(step: string, found: readonly Mismatch[]): readonly Mismatch[] {
  return found.map((mismatch) => ({ ...mismatch, at: [step, ...mismatch.at] }));
}
