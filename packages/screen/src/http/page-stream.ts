import { randomBytes, randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { Request, Response } from "express";
import { problemOf } from "../run/failure.ts";
import type { PreparedScreen } from "../run/prepare.ts";
import { runAllSections } from "../run/run-screen.ts";
import type { ScreenResult } from "../run/run-screen.ts";
import type { ScreenRequest, SectionResult } from "../run/run-section.ts";
import type { ActiveRequest, FormTokens } from "./begin-request.ts";
import { codingFor, openBody } from "./coding.ts";
import type { PageDocument } from "./page-document.ts";
import { asReady, inDocumentOrder } from "./page-order.ts";
import { NO_STORE, serverTiming } from "./respond-json.ts";

/** What one answer of a page is made from. */
export type PageRun<Clients> = {
  readonly prepared: PreparedScreen<Clients>;
  readonly request: ScreenRequest<Clients>;
  readonly page: PageDocument;
  /** Whether sections are sent in the document's order. */
  readonly inOrder: boolean;
  readonly active: ActiveRequest;
  readonly formTokens: FormTokens | undefined;
};

/**
 * Answers a screen as a page whose sections are sent as they are ready. The layout is sent before
 * any upstream is called, so the status is always 200. A required section that fails leaves an
 * error and a `screen-problem` comment in its place, and the trailer `Screen-Problem`. The document
 * is always complete.
 */
export async function streamPage<Clients>(
  req: Request,
  res: Response,
  run: PageRun<Clients>,
): Promise<ScreenResult> {
  const { page, active } = run;
  const nonce = randomBytes(16).toString("base64");
  res.vary("Accept-Encoding");
  res.vary("User-Agent");
  res.setHeader("Content-Type", "text/html; charset=utf-8");
  res.setHeader("Cache-Control", NO_STORE);
  for (const [name, value] of Object.entries(page.headers(nonce))) res.setHeader(name, value);
  if (req.method === "HEAD") {
    res.end();
    return { sections: [], failed: undefined };
  }
  // HTTP/1.0, which some proxies still use, has no trailers, and Node refuses to announce any.
  if (req.httpVersion !== "1.0") res.setHeader("Trailer", "Server-Timing, Screen-Problem");
  const body = openBody(res, codingFor(req));
  const order = (run.inOrder ? inDocumentOrder : asReady)(page, nonce, body.write);
  order.begin();
  // What was written is sent when this turn of the event loop ends. Calling the services takes
  // about a millisecond, and as long for each other page that arrived in the same turn, so the
  // first bytes of all of them go first.
  await setImmediate();

  const { userId } = active.context.caller;
  const context = { formToken: run.formTokens?.issue(userId) ?? "", newIdempotencyKey: randomUUID };
  const broken: SectionResult[] = [];
  const result = await runAllSections(run.prepared, run.request, (section) => {
    try {
      order.add(section.name, page.markup(section, context));
    } catch (error) {
      // The section's view threw: its place says so, and the document goes on.
      const failed = { ...section, error, fatal: true };
      broken.push(failed);
      order.add(section.name, page.markup(failed, context));
    }
  });
  order.end();
  body.end({
    "Server-Timing": serverTiming(result, active.elapsedMs()),
    ...problemTrailer(result.failed ?? broken[0]),
  });
  return broken.length === 0 ? result : withBroken(result, broken);
}

function problemTrailer(failed: SectionResult | undefined): Readonly<Record<string, string>> {
  if (failed === undefined) return {};
  return { "Screen-Problem": `${problemOf(failed.name, failed.error).code}; section=${failed.name}` };
}

/** A view that threw is a bug, which the log must show. */
function withBroken(result: ScreenResult, broken: readonly SectionResult[]): ScreenResult {
  const byName = new Map(broken.map((section) => [section.name, section]));
  return { ...result, sections: result.sections.map((section) => byName.get(section.name) ?? section) };
}
