const REDACTED = "[redacted]";

/**
 * Only lines with one of these words are looked at more closely: few are. A scheme comes with its
 * credentials, after a space or a tab, which is `\t` in JSON: a kind of caller is no secret.
 */
const SUSPICIOUS =
  /authorization|cookie|identity|token|api-?key|secret|password|idempotency|eyJ|(?:bearer|basic|dpop)[ \t\\]/i;
/** The names of members, and of headers in a raw list, whose values no line shows. */
const SECRET_NAME =
  /^(?:(?:proxy-)?authorization|(?:set-)?cookies?|x-identity|txn-?token|x-api-key|api-?key|[\w-]*(?:token|secret|password)|idempotency-key)$/i;
/** A header inside a text: the rest of its line is its value. */
const SECRET_HEADER =
  /((?<![\w-])(?:(?:proxy-)?authorization|(?:set-)?cookie|x-identity|txn-token|x-api-key)["'\\]{0,2}[:=])[^\r\n]*/gi;
const CREDENTIALS = /\b(Bearer|Basic|DPoP)[ \t]+[\w.~+/=-]{6,}/gi;
/** What a JWT may be a part of. */
const WORD = /[\w.-]+/g;
/** The shortest header of a JWT, in characters. It is JSON, so it starts with `eyJ`. */
const SHORTEST_HEADER = 11;

/**
 * Takes tokens, cookies and credentials out of one finished line of JSON: members of any depth,
 * lists of raw headers, and texts. The line stays valid JSON. The work grows with the line's length
 * only, because much of a line may be a client's text.
 */
export function redactLine(line: string): string {
  if (!SUSPICIOUS.test(line)) return line;
  return `${JSON.stringify(JSON.parse(line, redact))}\n`;
}

function redact(this: unknown, name: string, value: unknown): unknown {
  const isText = typeof value === "string";
  if (!isText && (typeof value !== "object" || value === null)) return value;
  // In a list of raw headers, a value follows its name.
  const before: unknown = Array.isArray(this) ? this[Number(name) - 1] : name;
  if (typeof before === "string" && SECRET_NAME.test(before)) return REDACTED;
  return isText ? redactText(value) : value;
}

function redactText(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return text
    .replace(SECRET_HEADER, `$1 ${REDACTED}`)
    .replace(CREDENTIALS, `$1 ${REDACTED}`)
    .replace(WORD, withoutJwt);
}

/** Cuts a word where a JWT begins in it. */
function withoutJwt(word: string): string {
  let start = word.indexOf("eyJ");
  while (start !== -1) {
    const headerEnd = word.indexOf(".", start);
    if (headerEnd === -1) return word;
    if (headerEnd - start >= SHORTEST_HEADER && headerEnd + 1 < word.length) {
      return `${word.slice(0, start)}${REDACTED}`;
    }
    start = word.indexOf("eyJ", headerEnd);
  }
  return word;
}
