import { Refusal } from "../refusal.ts";

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The media type of a Content-Type, in lower case; "" where there is none. */
export function mediaTypeOf(contentType: string | undefined): string {
  return contentType?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** Refuses a charset other than UTF-8: JSON has no other (RFC 8259, section 8.1). @throws Refusal 415 */
export function requireUtf8(contentType: string | undefined): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType ?? "")?.[1];
  if (charset === undefined || /^utf-?8$/i.test(charset)) return;
  throw new Refusal("validation", {
    code: "unsupported-media-type",
    detail: "The charset of the body is not supported: send UTF-8",
  });
}

/** Parses a JSON body. @throws Refusal 400 for what is not JSON in UTF-8 */
export function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(UTF8.decode(body));
  } catch (cause) {
    throw new Refusal(
      "validation",
      { code: "invalid-request", detail: "The body is not valid JSON" },
      { cause },
    );
  }
}
