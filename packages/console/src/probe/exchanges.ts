import { subscribe } from "node:diagnostics_channel";
import { IncomingMessage, ServerResponse } from "node:http";
import { ration } from "./channel.ts";
import type { Tell } from "./channel.ts";

/** The most of an answer that is kept, bytes as sent. */
const MAX_ANSWER_BYTES = 65_536;

/**
 * Sends each answer as its client got it, by its request's id. Node itself says when a request
 * begins, so no app has to know of this. Answers without a request id are those of the admin port.
 */
export function watchExchanges(tell: Tell): void {
  const isLetThrough = ration(100, 1);
  subscribe("http.server.request.start", (message) => {
    const { request, response } = Object(message);
    if (!(request instanceof IncomingMessage) || !(response instanceof ServerResponse)) return;
    if (/^\/(?:healthz|readyz|metrics)$/.test(request.url ?? "") || !isLetThrough()) return;
    const path = request.url ?? "";
    const pieces = keepPieces(response);
    const headers = keepHeaders(response);
    response.once("close", () => {
      const id = headers.get("x-request-id");
      if (id === undefined) return;
      const body: unknown = Reflect.get(request, "body");
      tell({
        kind: "exchange",
        id,
        user: userOf(request.headers["x-identity"]),
        method: request.method ?? "",
        path,
        accept: request.headers.accept ?? "",
        body: body === undefined ? null : JSON.stringify(body),
        status: response.headersSent ? response.statusCode : 499,
        contentType: headers.get("content-type") ?? "",
        coding: headers.get("content-encoding") ?? "identity",
        answer: Buffer.concat(pieces).toString("base64"),
      });
    });
  });
}

/** Keeps the headers with which a response begins: those set before, and those of `writeHead`. */
function keepHeaders(response: ServerResponse): ReadonlyMap<string, string> {
  const kept = new Map<string, string>();
  const keep = (headers: readonly (readonly [unknown, unknown])[]): void => {
    for (const [name, value] of headers) kept.set(String(name).toLowerCase(), String(value));
  };
  const original: unknown = Reflect.get(response, "writeHead");
  if (typeof original !== "function") return kept;
  Reflect.set(response, "writeHead", function begun(this: ServerResponse, ...rest: unknown[]): unknown {
    keep(Object.entries(response.getHeaders()));
    const given: unknown = rest.at(-1);
    if (Array.isArray(given))
      keep(given.flatMap((name, at) => (at % 2 === 0 ? [[name, given[at + 1]] as const] : [])));
    else if (typeof given === "object" && given !== null) keep(Object.entries(given));
    return Reflect.apply(original, this, rest);
  });
  return kept;
}

/** Keeps what is written to a response, up to the limit. */
function keepPieces(response: ServerResponse): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let left = MAX_ANSWER_BYTES;
  const keep = (chunk: unknown, encoding: unknown): void => {
    if (left <= 0 || (typeof chunk !== "string" && !(chunk instanceof Uint8Array))) return;
    const isName = typeof encoding === "string" && Buffer.isEncoding(encoding);
    const bytes =
      typeof chunk === "string" ? Buffer.from(chunk, isName ? encoding : "utf8") : Buffer.from(chunk);
    pieces.push(bytes.subarray(0, left));
    left -= bytes.length;
  };
  for (const name of ["write", "end"] as const) {
    const original = response[name];
    Reflect.set(response, name, function kept(this: ServerResponse, ...rest: unknown[]): unknown {
      keep(rest[0], rest[1]);
      return Reflect.apply(original, this, rest);
    });
  }
  return pieces;
}

/** The user of an identity, which the app's own gate has verified, or refused. */
function userOf(identity: string | string[] | undefined): string | null {
  const [, claims = ""] = String(identity ?? "").split(".");
  try {
    const { sub } = JSON.parse(Buffer.from(claims, "base64url").toString());
    return typeof sub === "string" ? sub : null;
  } catch {
    return null;
  }
}
