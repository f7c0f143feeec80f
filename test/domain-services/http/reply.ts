/** What a route answers; `respond.ts` puts it on the wire. */
export interface Reply {
  status: number;
  mediaType: "application/json" | "application/problem+json";
  /** Written as it is, so a stored answer is repeated byte for byte. */
  body: string;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  /** Whether the answer has an ETag, and 304 stands for it where the caller has the same one. */
  isConditional?: boolean;
}

/** 200 with `value` as JSON. */
export function json(value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status: 200, mediaType: "application/json", body: JSON.stringify(value), headers };
}

/** 200 with `value` as JSON and an ETag of its bytes. */
export function conditionalJson(value: unknown, headers: Readonly<Record<string, string>>): Reply {
  return { ...json(value, headers), isConditional: true };
}
