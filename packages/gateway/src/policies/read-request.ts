import type { IncomingMessage } from "node:http";
import { announcedBytes, hasBody, holdBody } from "@triptych/service-kit";
import { mayBeRounded } from "../contracts/document.ts";
import { Refusal } from "../exchange.ts";

/**
 * Reads the whole body and puts it back into the stream, where an app in this process reads it. A
 * leading byte order mark is taken off in both. The promise stays open when the client leaves.
 *
 * @throws Refusal 413 when it is larger than `maxBytes`, whether it was announced or not
 */
export async function readBody(req: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const announced = announcedBytes(req);
  if (!hasBody(req)) return Buffer.alloc(0);
  const body =
    announced > maxBytes
      ? undefined
      : await new Promise<Buffer | undefined>((resolve) => {
          holdBody(req, maxBytes, resolve);
        });
  if (body === undefined) {
    throw new Refusal("validation", {
      code: "payload-too-large",
      detail: `The body is larger than ${maxBytes} bytes`,
    });
  }
  if (!body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)) return body;
  req.read(BYTE_ORDER_MARK.length);
  return body.subarray(BYTE_ORDER_MARK.length);
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/**
 * A text in JSON. It takes linear time on any input, because it matches from each quote that it
 * tries.
 */
const TEXT = /"[^"\\]*(?:\\.[^"\\]*)*"?/g;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Parses a JSON body that every parser reads in the same way.
 * @throws Refusal 400 when it is not JSON in UTF-8, an object has a key twice or `__proto__`, or a
 *   whole number is beyond 2^53 - 1, which parsers round (RFC 7493, section 2.2)
 */
export function readJson(body: Buffer): unknown {
  try {
    const text = UTF8.decode(body);
    let read = 0;
    const value: unknown = JSON.parse(text, function count(this: unknown, key: string, member: unknown) {
      if (key === "__proto__") throw new SyntaxError("a key that some programs take for the prototype");
      if (mayBeRounded(member)) throw new SyntaxError("an inexact number");
      if (!Array.isArray(this)) read += 1;
      return member;
    });
    // Without its texts, JSON has a colon for each member.
    const written = text.replaceAll(TEXT, "").split(":").length - 1;
    // The reviver is also called for the whole. Of two equal keys JSON.parse keeps the last.
    if (read - 1 !== written) throw new SyntaxError("a key that came twice");
    return value;
  } catch (cause) {
    const detail =
      "The body is not valid JSON, or has a key twice, a key __proto__ or a whole number beyond 2^53 - 1";
    throw new Refusal("validation", { code: "invalid-request", detail }, { cause });
  }
}

/**
 * Parses a query: each parameter with its values in order. `a=1&&b=2` has two parameters.
 * @throws Refusal 400 when it is not UTF-8
 */
export function queryValues(query: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const [name = "", ...rest] = pair.split("=");
    const key = decode(name);
    const earlier = values.get(key);
    const value = decode(rest.join("="));
    if (earlier === undefined) values.set(key, [value]);
    else earlier.push(value);
  }
  return values;
}

/** Parameters to forward, each with its value, or with several that commas separate. */
export type Query = readonly (readonly [name: string, values: readonly string[]])[];

/** Writes a query with its question mark, in the one spelling of RFC 3986; "" for an empty one. */
export function writeQuery(query: Query): string {
  const pairs = query.map(
    ([name, values]) => `${encodeURIComponent(name)}=${values.map(encodeURIComponent).join(",")}`,
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (cause) {
    throw new Refusal(
      "validation",
      { code: "invalid-request", detail: "The query is not valid UTF-8" },
      { cause },
    );
  }
}
