import type { IncomingMessage } from "node:http";
import { Refusal } from "../exchange.ts";
import type { Exchange } from "../exchange.ts";

/** Whether a request announces a body. */
export function hasBody(req: IncomingMessage): boolean {
  const length = req.headers["content-length"];
  return req.headers["transfer-encoding"] !== undefined || (length !== undefined && Number(length) > 0);
}

/** The announced length in bytes; 0 without one. */
function announcedBytes(req: IncomingMessage): number {
  return Number(req.headers["content-length"] ?? 0);
}

/**
 * Reads a whole body and puts it back into the stream, so that an app in this process can read it
 * as if it were untouched. `undefined` when it is larger than `maxBytes`, or when the client left.
 */
function peekBody(req: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  if (!hasBody(req) || req.readableEnded) return Promise.resolve(Buffer.alloc(0));
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;

    function settle(body: Buffer | undefined): void {
      req.off("readable", read).off("end", end).off("close", gone);
      resolve(body);
    }
    function read(): void {
      for (let chunk: unknown = req.read(); chunk !== null; chunk = req.read()) {
        if (!Buffer.isBuffer(chunk)) continue;
        chunks.push(chunk);
        bytes += chunk.length;
      }
      if (bytes > maxBytes) return settle(undefined);
      if (!req.complete) return;
      const body = Buffer.concat(chunks, bytes);
      // This must happen in the same turn as the last read, before the stream ends.
      if (bytes > 0) req.unshift(body);
      settle(body);
    }
    function end(): void {
      settle(Buffer.concat(chunks, bytes));
    }
    function gone(): void {
      settle(undefined);
    }
    req.on("readable", read).on("end", end).on("close", gone);
  });
}

/**
 * Reads the whole body and keeps it in the exchange.
 * @throws Refusal 413 when it is larger than the route allows
 */
export async function readBody(exchange: Exchange, req: IncomingMessage): Promise<Buffer> {
  const { maxBodyBytes } = exchange.route;
  requireSize(req, maxBodyBytes);
  const body = await peekBody(req, maxBodyBytes);
  if (body === undefined) throw tooLarge(maxBodyBytes);
  exchange.body = body;
  return body;
}

/** Refuses a body by its announced length, before any of it is read. */
export function requireSize(req: IncomingMessage, maxBodyBytes: number): void {
  if (announcedBytes(req) > maxBodyBytes) throw tooLarge(maxBodyBytes);
}

function tooLarge(maxBodyBytes: number): Refusal {
  return new Refusal("validation", {
    code: "payload-too-large",
    detail: `The body is larger than ${maxBodyBytes} bytes`,
  });
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The media type of a Content-Type in lower case; "" without one. */
export function mediaTypeOf(contentType: string | undefined): string {
  return contentType?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/**
 * Refuses any charset but UTF-8, the only one of JSON (RFC 8259, section 8.1).
 * @throws Refusal 415
 */
export function requireUtf8(contentType: string | undefined): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType ?? "")?.[1];
  if (charset === undefined || /^utf-?8$/i.test(charset)) return;
  throw new Refusal("validation", {
    code: "unsupported-media-type",
    detail: "The charset of the body is not supported: send UTF-8",
  });
}

/**
 * Parses a JSON body.
 * @throws Refusal 400 when it is not JSON in UTF-8
 */
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

/**
 * Parses a query: each parameter with its values in order.
 * @throws Refusal 400 when it is not UTF-8
 */
export function queryValues(query: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  if (query === "") return values;
  for (const pair of query.split("&")) {
    const [name = "", ...rest] = pair.split("=");
    const key = decode(name);
    values.set(key, [...(values.get(key) ?? []), decode(rest.join("="))]);
  }
  return values;
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
