import { hash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Request, Response } from "express";
import type { Caller } from "@triptych/upstream-client";
import type { AnyScreen } from "../definition/screen.ts";
import type { Degraded } from "../definition/degraded.ts";
import { problemOf, ScreenProblem } from "../run/failure.ts";
import type { PreparedScreen } from "../run/prepare.ts";
import { degradedOf, NOTHING_RUN, outcomeOf, runAllSections, runScreen } from "../run/run-screen.ts";
import type { ScreenResult } from "../run/run-screen.ts";
import type { ScreenRequest, SectionResult, ShownSection } from "../run/run-section.ts";
import { conclude } from "./begin-request.ts";
import type { ActiveRequest, MountOptions } from "./begin-request.ts";
import { codingFor, encode, openBody } from "./coding.ts";

/** Only the client itself may store the answer, and must ask again each time (RFC 9111, 5.2.2). */
const REVALIDATE = "private, no-cache";
/** What says who asks: behind one address, a user's answer is another one than a visitor's. */
const WHO_ASKS = "Cookie, Authorization, X-API-Key";
/** Nothing may be stored: what is missing now may be there at the next request. */
export const NO_STORE = "private, no-store";

/** What is answered as JSON: a screen, or the screen that follows a command. Made at start-up. */
export type JsonAnswer<Clients> = {
  readonly prepared: PreparedScreen<Clients>;
  /** The screen's name, or the command's. */
  readonly name: string;
  /** The `Cache-Control` of a complete answer. */
  readonly keeping: (res: Response, caller: Caller) => string;
  readonly report: MountOptions<Clients>["report"];
};

/**
 * Makes the `Cache-Control` of a screen's complete answers. A visitor's may be kept by all caches,
 * where the screen says so: browsers ask again each time, so a login changes the page at once.
 */
export function keepingOf({
  publicSeconds,
}: Pick<AnyScreen<never>, "publicSeconds">): (res: Response, caller: Caller) => string {
  return (res, { userId }) => {
    if (userId !== undefined || publicSeconds === undefined) return REVALIDATE;
    res.vary(WHO_ASKS);
    return `public, max-age=0, s-maxage=${publicSeconds}`;
  };
}

/**
 * Runs a screen and answers it as one JSON object.
 * @throws ScreenProblem if a required section failed
 */
export async function answerJson<Clients>(
  req: Request,
  res: Response,
  active: ActiveRequest,
  request: Omit<ScreenRequest<Clients>, "show">,
  answer: JsonAnswer<Clients>,
): Promise<void> {
  const result = await new Promise<ScreenResult>((resolve) =>
    runScreen(answer.prepared, { ...request, show: jsonMember }, resolve),
  );
  sendResult(req, res, active, result, answer);
}

/**
 * Answers a screen that has been run.
 * @throws ScreenProblem if a required section failed
 */
export function sendResult<Clients>(
  req: Request,
  res: Response,
  active: ActiveRequest,
  result: ScreenResult,
  answer: JsonAnswer<Clients>,
): void {
  if (!isAnswerable(res, active, result, answer)) return;
  const degraded = degradedOf(result);
  const json = jsonOf(result.sections, degraded);
  sendJson(req, res, json, degraded.length === 0 ? answer.keeping(res, active.context.caller) : NO_STORE);
}

/**
 * Reports a screen that has been run, and sets the header that any answer has.
 * @returns whether the client is still there
 * @throws ScreenProblem if a required section failed
 */
export function isAnswerable<Clients>(
  res: Response,
  active: ActiveRequest,
  result: ScreenResult,
  answer: Pick<JsonAnswer<Clients>, "name" | "report">,
): boolean {
  conclude(res, active, answer.name, result, answer);
  if (res.destroyed) return false;
  res.setHeader("Server-Timing", serverTiming(result, active.elapsedMs()));
  if (result.failed === undefined) return true;
  const { name, error } = result.failed;
  throw new ScreenProblem(problemOf(name, error), { cause: error });
}

/** The JSON of a screen's answer. */
export function jsonOf(sections: readonly ShownSection[], degraded: readonly Degraded[]): string {
  const members = sections.map(({ text }) => text).filter((text) => text !== "");
  return `{${[...members, `"degraded":${JSON.stringify(degraded)}`].join(",")}}`;
}

/** A section's member of the JSON. @throws if it cannot be written as JSON: a cycle, a `toJSON` */
export function jsonMember({ name, data }: SectionResult): string {
  // Without a value there is no member: the schema allows that, or the section failed.
  if (data === undefined) return "";
  // Its type says text, but there is none for a symbol and for a function.
  const json: unknown = JSON.stringify(data);
  if (typeof json === "string") return `${JSON.stringify(name)}:${json}`;
  throw new TypeError("a section's data cannot be written as JSON");
}

/** A JSON answer, with its headers flat: name, value, name, value. */
type JsonResponse = {
  /** Those that a 304 has too. */
  readonly validators: readonly string[];
  readonly content: readonly string[];
  /** As text, it is sent in one piece with the headers. */
  readonly body: string | Buffer;
};

/**
 * An answer that may be stored gets a strong `ETag`.
 * @param cacheControl default: the client alone may store it
 */
export function jsonResponse(req: IncomingMessage, json: string, cacheControl = REVALIDATE): JsonResponse {
  const bytes = Buffer.byteLength(json);
  const coding = codingFor(req, bytes);
  const body = coding === "identity" ? json : encode(Buffer.from(json), coding);
  const validators = ["Cache-Control", cacheControl];
  if (cacheControl !== NO_STORE) {
    // A strong validator identifies bytes, so each coding has its own (RFC 9110, section 8.8.3.3).
    const tag = hash("sha1", json, "base64url");
    validators.push("ETag", coding === "identity" ? `"${tag}"` : `"${tag}-${coding}"`);
  }
  const content = ["Content-Type", "application/json"];
  if (coding !== "identity") content.push("Content-Encoding", coding);
  content.push("Content-Length", String(typeof body === "string" ? bytes : body.length));
  return { validators, content, body };
}

/** A client that has a storable answer already gets a 304. */
function sendJson(req: Request, res: Response, json: string, cacheControl: string): void {
  const { validators, content, body } = jsonResponse(req, json, cacheControl);
  res.vary("Accept-Encoding");
  setHeaders(res, validators);
  if (cacheControl !== NO_STORE && req.fresh) {
    res.statusCode = 304;
    res.end();
    return;
  }
  setHeaders(res, content);
  // If the request is a HEAD, Node sends only the headers.
  res.end(body);
}

function setHeaders(res: Response, flat: readonly string[]): void {
  for (let index = 0; index < flat.length; index += 2) {
    res.setHeader(flat[index] ?? "", flat[index + 1] ?? "");
  }
}

/** Newline-delimited JSON: one value per line. */
export const NDJSON = "application/x-ndjson";

/**
 * Answers a line per section as it is ready, `{"<section>": <data>}`, and last `{"degraded": […]}`.
 * A required section that fails is too late for a status: its line is `{"problem": {…}}`, and
 * `degraded`, which names the section, still ends the answer. The trailer `Screen-Problem` follows.
 */
export async function streamLines<Clients>(
  req: Request,
  res: Response,
  prepared: PreparedScreen<Clients>,
  request: Omit<ScreenRequest<Clients>, "show">,
  active: ActiveRequest,
): Promise<ScreenResult> {
  res.vary("Accept-Encoding");
  res.setHeader("Content-Type", NDJSON);
  res.setHeader("Cache-Control", NO_STORE);
  if (req.method === "HEAD") return NOTHING_RUN;
  announceTrailers(req, res);
  const body = openBody(res, codingFor(req));
  res.flushHeaders();
  const result = await runAllSections(prepared, { ...request, show: lineMember }, ({ text }) =>
    body.write(`{${text}}\n`),
  );
  body.write(`${JSON.stringify({ degraded: degradedOf(result) })}\n`);
  body.end(trailersOf(result, active.elapsedMs()));
  return result;
}

function lineMember(section: SectionResult): string {
  if (section.outcome !== "failed") return jsonMember(section);
  const { code, ...about } = problemOf(section.name, section.error);
  return `"problem":${JSON.stringify({ type: `/problems/${code}`, ...about })}`;
}

/**
 * What became of the screen, for the gateway, which does not pass it on. An answer that is sent in
 * pieces has it as a trailer. In any other it is a header, which the app's report adds.
 */
export const OUTCOME = "Screen-Outcome";

/** HTTP/1.0, which some proxies still use, has no trailers, and Node refuses to announce any. */
export function announceTrailers(req: Request, res: Response): void {
  if (req.httpVersion !== "1.0") res.setHeader("Trailer", "Server-Timing, Screen-Problem");
}

/** The trailers of an answer that is sent in pieces. */
export function trailersOf(result: ScreenResult, totalMs: number): Readonly<Record<string, string>> {
  const { failed } = result;
  return {
    "Server-Timing": serverTiming(result, totalMs),
    [OUTCOME]: outcomeOf(result),
    ...(failed && {
      "Screen-Problem": `${problemOf(failed.name, failed.error).code}; section=${failed.name}`,
    }),
  };
}

/**
 * The value of `Server-Timing` (W3C Server Timing): an entry per section and `total`, milliseconds.
 */
export function serverTiming(result: ScreenResult, totalMs: number): string {
  const entries = result.sections.map((section) => timing(section.name, section.durationMs));
  entries.push(timing("total", totalMs));
  return entries.join(", ");
}

function timing(name: string, ms: number): string {
  return `${name};dur=${ms.toFixed(1)}`;
}
