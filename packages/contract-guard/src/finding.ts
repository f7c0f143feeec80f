/** The kinds of changes that break a client, and what to do where no dated change can mend one. */
export const ADVICE = {
  "operation-removed": "Keep the screen: its address may go when no supported client asks for it.",
  "status-removed": "Answer the status that clients wait for.",
  "status-added": "Answer a status that was declared; any problem may come, as application/problem+json.",
  "media-type-removed": "Keep the media type beside the new one.",
  "header-removed": "Keep sending the header.",
  "header-optional": "Keep sending the header always.",
  "field-removed": "Keep the field beside the new one.",
  "field-optional": "Always send the field: with an empty value, or with the old one.",
  "field-required": "Make it optional, and say what it means when it is left out.",
  "field-refused": "Keep accepting the field; it may be ignored.",
  "type-changed": "Keep the field as it is, and add the new one beside it under another name.",
  "format-changed": "Keep the format, and add a field beside it under another name.",
  "null-added": "Send something in place of null, or add a nullable field beside it under another name.",
  "null-refused": "Keep accepting null, and treat it as if the field were left out.",
  "value-unknown":
    'Send "unknown" (UNKNOWN) for the new value, and add a field beside it, under another name, that has the value.',
  "value-refused": "Keep accepting the value, and replace it by its successor.",
  "limit-changed": "Keep the limit: it may get looser in requests, and tighter in answers.",
  "default-changed": "Leave the default as it was.",
  "parameter-removed": "Keep accepting the parameter.",
  "parameter-required": "Make it optional, and say what it means when it is left out.",
  "body-required": "Also accept a request without a body.",
  "body-removed": "Keep accepting the body.",
  "security-changed": "Keep accepting what clients show now, beside the new.",
  "address-changed": "Keep the address beside the new one.",
  "problem-renamed": "Keep the problem's type.",
  "document-removed":
    "Put the file back: a client that registered a document may name it by its hash for ever.",
  "document-invalid": "Keep what the document asks for, and add the new beside it.",
  "not-weighed": "Leave it as it was.",
};

/** The kind of a change. Suggestions depend on it, so a code never changes its meaning. */
export type FindingCode = keyof typeof ADVICE;

/** Who sends what the other would not understand: the client (a request) or the BFF (an answer). */
export type Direction = "request" | "answer";

/** Something that the reader of a value would not understand, seen from the compared schema. */
export type Mismatch = {
  readonly code: FindingCode;
  /** The path to the value: field names, `[]` for list elements, `{}` for map values. */
  readonly at: readonly string[];
  /** What it was and what it is now. */
  readonly what: string;
};

/** One change that would break a released client. */
export type Finding = Mismatch & {
  readonly direction: Direction;
  /** `GET /home`, or a GraphQL operation: `query Home`. */
  readonly operation: string;
  /** The screen that the operation answers: its first tag. */
  readonly screen?: string;
  /** The part of the operation: `answer 200, application/json`. */
  readonly part: string;
};

/** A contract, or a request of the user's, that the guard cannot work with. */
export class GuardError extends Error {
  override readonly name = "GuardError";
}

/** Whether the input is at fault, rather than the guard. */
export function isGuardError(error: unknown): error is GuardError {
  return error instanceof GuardError;
}

/** Collects what is found in one direction of an operation. */
export function collectFindings(direction: Direction, operation: string, screen?: string) {
  const all: Finding[] = [];
  const about = { direction, operation, ...(screen === undefined ? {} : { screen }) };
  /** Adds what the comparison of a part's schemas found. */
  const addAll = (part: string, mismatches: readonly Mismatch[]): void => {
    for (const { code, at, what } of mismatches) all.push({ code, ...about, part, at, what });
  };
  /** Adds one finding about a part of the operation. */
  const add = (part: string, code: FindingCode, what: string): void => addAll(part, [{ code, at: [], what }]);
  return { all, add, addAll };
}
