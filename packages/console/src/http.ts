import type { IncomingMessage, ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";

/** A request that is refused: a person at the other end reads the message. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Largest body, decompressed, bytes: an exporter sends a few hundred spans at once. */
const MAX_BODY_BYTES = 8 * 1_024 * 1_024;

const JSON_TYPE = "application/json";
/** The other encoding of OTLP. */
export const PROTOBUF_TYPE = "application/x-protobuf";

/**
 * Only what the console serves: nothing inline, nothing from elsewhere, and no frame around it.
 */
const HEADERS = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
};

/** Answers and ends. */
export function send(res: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  res.writeHead(status, { ...HEADERS, "Content-Type": type, "Content-Length": Buffer.byteLength(body) });
  res.end(body);
}

/** Answers JSON. */
export function sendJson(res: ServerResponse, value: unknown, status = 200): void {
  send(res, status, JSON_TYPE, JSON.stringify(value));
}

/**
 * Refuses what another site's page could send. The name in `Host` must be this machine's (else a
 * name that resolves to it would do), and a POST must have a type that a browser does not send to
 * another site without asking.
 * @throws Refused
 */
export function checkSender({ method, headers }: IncomingMessage): void {
  const { host = "", origin } = headers;
  if (!/^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/.test(host)) {
    throw new Refused(421, "The console answers only to this machine's own names.");
  }
  if (method !== "POST") return;
  if (origin !== undefined && origin !== `http://${host}`) throw new Refused(403, "Another site's request.");
  const type = mediaTypeOf(headers["content-type"]);
  if (type !== JSON_TYPE && type !== PROTOBUF_TYPE) {
    throw new Refused(415, `Send ${JSON_TYPE}, or spans as ${PROTOBUF_TYPE}.`);
  }
}

/** Without parameters, in lower case. */
export function mediaTypeOf(header: string | undefined): string {
  return (header ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/**
 * Reads a body to its end, and decompresses it.
 * @throws Refused if it is too large or not what its coding says
 */
export async function bodyOf(req: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of req) {
    length += piece.length;
    if (length > MAX_BODY_BYTES) throw new Refused(413, `A body has at most ${MAX_BODY_BYTES} bytes.`);
    pieces.push(piece);
  }
  const body = Buffer.concat(pieces);
  const coding = req.headers["content-encoding"] ?? "identity";
  if (coding === "identity") return body;
  if (coding !== "gzip") throw new Refused(415, "A body may be compressed with gzip only.");
  try {
    return gunzipSync(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch {
    throw new Refused(400, "The body is not gzip, or too large.");
  }
}

/** @throws Refused if it is not JSON */
export async function jsonOf(req: IncomingMessage): Promise<unknown> {
  try {
    return JSON.parse((await bodyOf(req)).toString());
  } catch (error) {
    throw error instanceof Refused ? error : new Refused(400, "The body is not JSON.");
  }
}
