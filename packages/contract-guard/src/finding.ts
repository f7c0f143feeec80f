/** What kind of change it is; the suggestions go by it. */
export type FindingCode =
  | "operation-removed"
  | "status-removed"
  | "status-added"
  | "media-type-removed"
  | "header-removed"
  | "header-optional"
  | "field-removed"
  | "field-optional"
  | "field-required"
  | "field-refused"
  | "type-changed"
  | "format-changed"
  | "null-added"
  | "null-refused"
  | "value-unknown"
  | "value-refused"
  | "limit-changed"
  | "default-changed"
  | "parameter-removed"
  | "parameter-required"
  | "body-required"
  | "body-removed"
  | "security-changed"
  | "address-changed"
  | "problem-renamed"
  | "document-removed"
  | "document-invalid"
  | "not-weighed";

/** Who sends what would be misunderstood: the client (its request) or the BFF (its answer). */
export type Direction = "request" | "answer";

/** One change that a released client would not survive. */
export type Finding = {
  readonly code: FindingCode;
  readonly direction: Direction;
  /** `GET /mobile/home`, or a GraphQL operation: `query Home`. */
  readonly operation: string;
  /** Which part of it: `answer 200, application/json`. */
  readonly part: string;
  /** The way to the value: names of fields, `[]` for a list's elements, `{}` for a map's values. */
  readonly at: readonly string[];
  /** What it was and what it is. */
  readonly what: string;
};

/** `picks[].price`, as people write it. */
export function inWords(at: readonly string[]): string {
  return at.reduce((text, step) => (step === "[]" || text === "" ? `${text}${step}` : `${text}.${step}`), "");
}

/** A JSON pointer (RFC 6901) with `*` for any element. */
export function asPointer(at: readonly string[]): string {
  const steps = at.map((step) =>
    step === "[]" || step === "{}" ? "*" : step.replaceAll("~", "~0").replaceAll("/", "~1"),
  );
  return steps.map((step) => `/${step}`).join("");
}
