import { hash } from "node:crypto";
import type { Request, Response } from "express";
import { problemOf, ScreenProblem } from "../run/failure.ts";
import type { PreparedScreen } from "../run/prepare.ts";
import { answerOf, degradedOf, runAllSections, runScreen } from "../run/run-screen.ts";
import type { ScreenResult } from "../run/run-screen.ts";
import type { ScreenRequest } from "../run/run-section.ts";
import { conclude } from "./begin-request.ts";
import type { ActiveRequest, MountOptions } from "./begin-request.ts";
import { codingFor, encode, openBody } from "./coding.ts";

/** Only the client itself may store the answer, and must ask again each time (RFC 9111, 5.2.2). */
const REVALIDATE = "private, no-cache";
/** Nothing may be stored: what is missing now may be there at the next request. */
export const NO_STORE = "private, no-store";

/** What is answered as JSON: a screen, or the screen that follows a command. Made at start-up. */
export type JsonAnswer<Clients> = {
  readonly prepared: PreparedScreen<Clients>;
  /** The screen's name, or the command's. */
  readonly name: string;
  /** Whether the client may store the answer. It may not store the answer to a command. */
  readonly storable: boolean;
  readonly report: MountOptions<Clients>["report"];
};

/**
 * Runs a screen and answers it as one JSON object.
 * @throws ScreenProblem if a required section failed
 */
export async function answerJson<Clients>(
  req: Request,
  res: Response,
  active: ActiveRequest,
  request: ScreenRequest<Clients>,
  answer: JsonAnswer<Clients>,
): Promise<void> {
  const result = await runScreen(answer.prepared, request);
  conclude(res, active, answer.name, result, answer);
  if (res.destroyed) return;
  res.setHeader("Server-Timing", serverTiming(result, active.elapsedMs()));
  if (result.failed !== undefined) {
    const { name, error } = result.failed;
    throw new ScreenProblem(problemOf(name, error), { cause: error });
  }
  const storable = answer.storable && degradedOf(result).length === 0;
  sendJson(req, res, JSON.stringify(answerOf(result)), storable);
}

/** A storable answer gets a strong `ETag`, and is answered 304 to a client that has it already. */
function sendJson(req: Request, res: Response, json: string, storable: boolean): void {
  const body = Buffer.from(json);
  const coding = codingFor(req, body.length);
  res.vary("Accept-Encoding");
  res.setHeader("Cache-Control", storable ? REVALIDATE : NO_STORE);
  if (storable) {
    // A strong validator identifies bytes, so each coding has its own (RFC 9110, section 8.8.3.3).
    const tag = hash("sha1", body, "base64url");
    res.setHeader("ETag", coding === "identity" ? `"${tag}"` : `"${tag}-${coding}"`);
    if (req.fresh) {
      res.statusCode = 304;
      res.end();
      return;
    }
  }
  res.setHeader("Content-Type", "application/json");
  if (coding !== "identity") res.setHeader("Content-Encoding", coding);
  const encoded = encode(body, coding);
  res.setHeader("Content-Length", encoded.length);
  // If the request is a HEAD, Node sends only the headers.
  res.end(encoded);
}

/** Newline-delimited JSON: one value per line. */
export const NDJSON = "application/x-ndjson";

/**
 * Answers a line per section as it is ready, `{"<section>": <data>}`, and last `{"degraded": […]}`.
 * A required section that fails is too late for a status: its line is `{"problem": {…}}`, and
 * `degraded` still ends the answer.
 */
export async function streamLines<Clients>(
  req: Request,
  res: Response,
  prepared: PreparedScreen<Clients>,
  request: ScreenRequest<Clients>,
): Promise<ScreenResult> {
  res.vary("Accept-Encoding");
  res.setHeader("Content-Type", NDJSON);
  res.setHeader("Cache-Control", NO_STORE);
  if (req.method === "HEAD") {
    res.end();
    return { sections: [], failed: undefined };
  }
  const body = openBody(res, codingFor(req));
  res.flushHeaders();
  const writeLine = (value: unknown) => body.write(`${JSON.stringify(value)}\n`);
  const result = await runAllSections(prepared, request, ({ name, data, fatal, error }) => {
    writeLine(fatal ? { problem: lineProblem(name, error) } : { [name]: data });
  });
  writeLine({ degraded: degradedOf(result) });
  body.end({});
  return result;
}

function lineProblem(section: string, error: unknown) {
  const { code, ...about } = problemOf(section, error);
  return { type: `/problems/${code}`, ...about };
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
