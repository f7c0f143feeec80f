import type { Request, Response } from "express";
import { problemOf } from "../run/failure.ts";
import type { PreparedScreen } from "../run/prepare.ts";
import { degradedOf, runAllSections } from "../run/run-screen.ts";
import type { ScreenResult } from "../run/run-screen.ts";
import type { ScreenRequest } from "../run/run-section.ts";
import { openBody } from "./body-stream.ts";
import { codingFor } from "./coding.ts";
import { DO_NOT_KEEP } from "./respond-json.ts";

/** Newline-delimited JSON: a value a line. */
export const NDJSON = "application/x-ndjson";

/**
 * Answers a line per section as it is ready, `{"<section>": <data>}`, and last `{"degraded": […]}`. A required section that
 * fails cannot change the status any more: its line is `{"problem": {…}}`, and `degraded` still ends the answer.
 */
export async function streamLines<Clients>(
  req: Request,
  res: Response,
  {
    prepared,
    request,
  }: { readonly prepared: PreparedScreen<Clients>; readonly request: ScreenRequest<Clients> },
): Promise<ScreenResult> {
  res.vary("Accept-Encoding");
  res.setHeader("Content-Type", NDJSON);
  res.setHeader("Cache-Control", DO_NOT_KEEP);
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
