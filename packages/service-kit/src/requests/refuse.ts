import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock.ts";
import type { Problem } from "../problems/problems.ts";
import { prepareProblem } from "../problems/send-problem.ts";
import { findRecord } from "./record.ts";

/** How long a refused client may go on sending before its connection is cut, in milliseconds. */
export const LINGER_MS = 2_000;

/**
 * Answers a request whose body is not wanted, and closes the connection. The answer leaves at once.
 * What the client still sends is thrown away until it is done, since closing under its hands makes
 * the kernel reset the connection, and the client would see that instead of the answer (RFC 9112,
 * section 9.6).
 */
export function refuse(req: IncomingMessage, res: ServerResponse, problem: Problem, clock: Clock): void {
  res.setHeader("Connection", "close");
  const body = prepareProblem(res, problem);
  if (req.complete) {
    res.end(req.method === "HEAD" ? undefined : body);
    return;
  }
  if (req.method === "HEAD") res.flushHeaders();
  else res.write(body);
  const record = findRecord(res);
  if (record !== undefined) record.answered = true;
  // Only end() makes Node close the connection.
  const close = (): void => void res.end();
  const cancel = clock.setTimer(LINGER_MS, close, "unref");
  res.once("close", cancel);
  req.once("end", close);
  req.resume();
}
