import { randomBytes, randomUUID } from "node:crypto";
import { channel } from "node:diagnostics_channel";
import { setImmediate } from "node:timers/promises";
import type { Request, Response } from "express";
import type { PageContext } from "../definition/page-view.ts";
import { DEFAULT_LOCALE } from "../format.ts";
import { problemOf } from "../run/failure.ts";
import type { PreparedScreen } from "../run/prepare.ts";
import { readerLocaleOf } from "../run/reader-locale.ts";
import { NOTHING_RUN, runAllSections } from "../run/run-screen.ts";
import type { ScreenResult } from "../run/run-screen.ts";
import type { ScreenRequest, SectionResult } from "../run/run-section.ts";
import type { ActiveRequest, FormTokens, MountOptions } from "./begin-request.ts";
import { codingFor, openBody } from "./coding.ts";
import type { PageDocument } from "./page-document.ts";
import { asReady, inDocumentOrder } from "./page-order.ts";
import { searchOf } from "./request-input.ts";
import { announceTrailers, NO_STORE, trailersOf } from "./respond-json.ts";

/** For development: the end of each page, to which a subscriber may add markup. */
const PAGE_ENDS = channel("triptych.screen.page");

/** What one answer of a page is made from. */
export type PageRun<Clients> = {
  readonly prepared: PreparedScreen<Clients>;
  readonly request: Omit<ScreenRequest<Clients>, "show">;
  readonly page: PageDocument;
  /** Whether sections are sent in the document's order. */
  readonly inOrder: boolean;
  readonly active: ActiveRequest;
  readonly formTokens: FormTokens | undefined;
  readonly readerLocale: MountOptions<Clients>["readerLocale"];
};

/**
 * Answers a screen as a page whose sections are sent as they are ready. The layout is sent before
 * any upstream is called, so the status is always 200. A section that fails leaves an error and a
 * `screen-problem` comment in its place, and the trailer `Screen-Problem`. The document is always
 * complete.
 * @throws what the page's own code throws before the first byte is sent
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
  if (req.method === "HEAD") return NOTHING_RUN;
  const context = pageContext(active, run.formTokens);
  announceTrailers(req, res);
  const body = openBody(res, codingFor(req));
  const order = (run.inOrder ? inDocumentOrder : asReady)(page, nonce, body.write, searchOf(req));
  order.begin();
  // What was written is sent when this turn of the event loop ends. Calling the services takes
  // about a millisecond, and as long for each other page that arrived in the same turn, so the
  // first bytes of all of them go first.
  await setImmediate();

  const before = knowReader(run, context);
  const show = (section: SectionResult) => page.markup(section, context);
  const request = { ...run.request, before, show };
  const result = await runAllSections(run.prepared, request, (section) =>
    order.add(section.name, `${problemMark(section)}${section.text}`),
  );
  body.write(endOf(nonce, active));
  order.end();
  body.end(trailersOf(result, active.elapsedMs()));
  return result;
}

/** Asks for the reader's locale, and puts it into the context. */
function knowReader<Clients>(
  { request, readerLocale }: Pick<PageRun<Clients>, "request" | "readerLocale">,
  context: { locale: string },
): Promise<void> | undefined {
  if (readerLocale === undefined) return undefined;
  const known = readerLocaleOf(request, readerLocale).then((locale) => void (context.locale = locale));
  // A bug is reported by the sections, which wait for it; there may be none yet.
  known.catch(() => undefined);
  return known;
}

/** What the sections' markup of this page needs besides their data. */
export function pageContext(
  { context }: ActiveRequest,
  formTokens: FormTokens | undefined,
): PageContext & { locale: string } {
  const { userId } = context.caller;
  return {
    viewer: userId === undefined ? "visitor" : "user",
    locale: DEFAULT_LOCALE,
    formToken: userId === undefined ? "" : (formTokens?.issue(userId) ?? ""),
    newIdempotencyKey: randomUUID,
  };
}

/** What a subscriber adds to the page's end. */
export function endOf(nonce: string, { context }: ActiveRequest): string {
  if (!PAGE_ENDS.hasSubscribers) return "";
  const message = { nonce, requestId: context.caller.requestId, markup: "" };
  PAGE_ENDS.publish(message);
  return message.markup;
}

/** For tools: it is too late for a status. */
function problemMark({ name, outcome, error }: SectionResult): string {
  if (outcome !== "failed") return "";
  return `<!--screen-problem section="${name}" code="${problemOf(name, error).code}"-->`;
}
