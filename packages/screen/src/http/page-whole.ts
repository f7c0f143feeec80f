import { randomBytes } from "node:crypto";
import type { Request, Response } from "express";
import { degradedOf, runScreen } from "../run/run-screen.ts";
import type { ScreenResult } from "../run/run-screen.ts";
import type { SectionResult } from "../run/run-section.ts";
import { codingFor, encode } from "./coding.ts";
import { inDocumentOrder } from "./page-order.ts";
import { endOf, pageContext } from "./page-stream.ts";
import type { PageRun } from "./page-stream.ts";
import { isAnswerable, NO_STORE } from "./respond-json.ts";
import type { JsonAnswer } from "./respond-json.ts";

/**
 * Answers a visitor with a screen as a page that is sent when it is complete. It has the status of
 * what became of it, so that a crawler keeps no page of what is not there, and no cache one that
 * lacks something.
 * @throws ScreenProblem if a required section failed
 */
export async function answerPage<Clients>(
  req: Request,
  res: Response,
  { prepared, request, page, active, formTokens }: Omit<PageRun<Clients>, "inOrder" | "readerLocale">,
  answer: Pick<JsonAnswer<Clients>, "name" | "keeping" | "report">,
): Promise<void> {
  const nonce = randomBytes(16).toString("base64");
  const headers = page.headers(nonce);
  const context = pageContext(active, formTokens);
  const show = (section: SectionResult) => page.markup(section, context);
  const result = await new Promise<ScreenResult>((resolve) =>
    runScreen(prepared, { ...request, show }, resolve),
  );
  // Code of the page, as the sections' markup is: should it throw, no report has called it
  // complete.
  const head = result.failed === undefined ? page.head(result.sections) : "";
  if (!isAnswerable(res, active, result, answer)) return;
  let markup = "";
  const order = inDocumentOrder(page, nonce, (part) => void (markup += part));
  order.begin();
  for (const { name, text } of result.sections) order.add(name, text);
  markup = withTitle(markup).replace("</head>", () => `${head}</head>`);
  markup += endOf(nonce, active);
  order.end();
  const isComplete = degradedOf(result).length === 0;
  const cacheControl = isComplete ? answer.keeping(res, active.context.caller) : NO_STORE;
  const coding = codingFor(req, Buffer.byteLength(markup));
  const body = coding === "identity" ? Buffer.from(markup) : encode(Buffer.from(markup), coding);
  res.vary("Accept-Encoding");
  res.setHeader("Content-Type", "text/html; charset=utf-8");
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  res.setHeader("Cache-Control", cacheControl);
  if (coding !== "identity") res.setHeader("Content-Encoding", coding);
  res.setHeader("Content-Length", body.length);
  // If the request is a HEAD, Node sends only the headers.
  res.end(body);
}

/** The document's title is that of the element with `data-title`: here it is known in time. */
function withTitle(markup: string): string {
  const title = /\sdata-title="([^"]*)"/.exec(markup)?.[1]?.replaceAll("<", "&lt;");
  return title === undefined
    ? markup
    : markup.replace(/<title>[^<]*<\/title>/, () => `<title>${title}</title>`);
}
