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

export type PageRun<Clients> = {
  readonly prepared: PreparedScreen<Clients>;
  readonly request: ScreenRequest<Clients>;
  readonly page: PageDocument;
  readonly inOrder: boolean;
  readonly active: ActiveRequest;
  readonly formTokens: FormTokens | undefined;
};

/**
 * Answers a screen as a page whose sections leave as they are ready. The shell leaves before anything is asked of an upstream, so
 * the status is 200 whatever comes: a required section that fails has an error in its place, a `screen-problem` comment there,
 * and the trailer `Screen-Problem`; the document is always whole.
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
  // HTTP/1.0, which some proxies still speak to what is behind them, has no trailers, and Node refuses to send a head that announces some.
  if (req.httpVersion !== "1.0") res.setHeader("Trailer", "Server-Timing, Screen-Problem");
  const body = openBody(res, codingFor(req));
  const order = (run.inOrder ? inDocumentOrder : asReady)(page, nonce, body.write);
  order.begin();
  // What was written leaves when this turn ends. To ask the services takes a millisecond of it, and as much of every page that came with this
  // one: their first bytes go before all of that.
  await setImmediate();

  const { userId } = active.context.caller;
  const context = { formToken: run.formTokens?.issue(userId) ?? "", newIdempotencyKey: randomUUID };
  const broken: SectionResult[] = [];
  const result = await runAllSections(run.prepared, run.request, (section) => {
    try {
      order.add(section.name, page.markup(section, context));
    } catch (error) {
      // The section's view broke: its place says so, the document goes on.
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

/** The log must show a view that broke, as any bug. */
function withBroken(result: ScreenResult, broken: readonly SectionResult[]): ScreenResult {
  const byName = new Map(broken.map((section) => [section.name, section]));
  return { ...result, sections: result.sections.map((section) => byName.get(section.name) ?? section) };
}
