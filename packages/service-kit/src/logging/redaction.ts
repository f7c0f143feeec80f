const REDACTED = "[redacted]";

// `"name": value` in an object, and `"Name","value"` as it stands in Node's rawHeaders; there no
// colon follows, or it is a value that only sounds like a name (HPE_INVALID_HEADER_TOKEN) before
// the next member.
const SECRET_MEMBER =
  /"((?:proxy-)?authorization|(?:set-)?cookies?|x-identity|txn-?token|x-api-key|api-?key|[\w-]*(?:token|secret|password)|idempotency-key)"([:,])("(?:[^"\\]|\\.)*"|\[[^\]]*\]|\{[^{}]*\})(?!:)/gi;
// A compact JWS or JWT: its header is JSON, so it starts with {" in base64url.
const JWT = /eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)*/g;
const CREDENTIALS = /\b(Bearer|Basic|DPoP) +[\w.~+/=-]{6,}/gi;

/**
 * Takes tokens, cookies and credentials out of one finished line of JSON, wherever in it they
 * stand: as a member at any depth, in a list of raw headers, or inside a message. The line stays
 * valid JSON.
 */
export function redactLine(line: string): string {
  return line
    .replace(SECRET_MEMBER, `"$1"$2"${REDACTED}"`)
    .replace(JWT, REDACTED)
    .replace(CREDENTIALS, `$1 ${REDACTED}`);
}
