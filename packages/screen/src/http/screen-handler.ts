import type { Request, Response } from "express";
import type { Viewer } from "../definition/page-view.ts";
import { loginRequired } from "../run/failure.ts";
import type { PreparedScreen } from "../run/prepare.ts";
import { beginRequest, conclude, orReportFailure } from "./begin-request.ts";
import type { MountOptions } from "./begin-request.ts";
import { handedRun } from "./direct.ts";
import { compilePage } from "./page-document.ts";
import { answerPage } from "./page-whole.ts";
import { streamPage } from "./page-stream.ts";
import { deviceOf, negotiate, paramsOf, searchOf, versionOf } from "./request-input.ts";
import { answerJson, keepingOf, NDJSON, sendResult, streamLines } from "./respond-json.ts";

/**
 * Makes the route handler of one screen. It answers JSON, lines of JSON or a page, whichever the
 * client prefers.
 * @throws TypeError if the screen's page cannot be filled
 */
export function screenHandler<Clients>(
  prepared: PreparedScreen<Clients>,
  options: MountOptions<Clients>,
): (req: Request, res: Response) => Promise<void> {
  const { screen } = prepared;
  const { name, budget } = screen;
  const {
    allowHttp = false,
    clock,
    clients: clientsOf,
    formTokens,
    oldestVersion,
    readerLocale,
    report,
  } = options;
  // That call is the page's, not the screen's.
  const readersCall = readerLocale === undefined ? 0 : 1;
  const pageBudget = { ...budget, upstreamCalls: budget.upstreamCalls + readersCall };
  const sectionNames = Object.keys(screen.sections);
  const pageFor = (viewer: Viewer) =>
    screen.page === undefined ? undefined : compilePage(screen.name, screen.page, sectionNames, viewer);
  const page = pageFor("user");
  const visitorsPage = prepared.admitsVisitors ? pageFor("visitor") : undefined;
  // A client without an Accept header gets the first.
  const mediaTypes = ["application/json", ...(page === undefined ? [] : ["text/html"]), NDJSON];
  const json = { prepared, name, keeping: keepingOf(screen), report };

  const handle = async (req: Request, res: Response) => {
    // All of this is decided before an upstream is called.
    const mediaType = negotiate(req, res, mediaTypes, oldestVersion);
    const handed = handedRun(res);
    if (handed !== undefined) return sendResult(req, res, handed.active, handed.result, json);
    const query = prepared.readQuery(searchOf(req));
    const about = { params: paramsOf(req, screen.ids), query, device: deviceOf(req), allowHttp };
    const version = versionOf(req, oldestVersion);
    const inOrder = page !== undefined && options.inDocumentOrder?.(req) === true;

    const active = beginRequest(req, res, mediaType === "text/html" ? pageBudget : budget, options);
    const isVisitor = active.context.caller.userId === undefined;
    if (isVisitor && !prepared.admitsVisitors) {
      active.finish();
      throw loginRequired();
    }
    const input = { ...about, caller: active.caller, now: clock.wallNow() };
    const request = { context: active.context, clientsOf, input, version };
    if (mediaType === "text/html" && isVisitor && visitorsPage !== undefined) {
      return await answerPage(req, res, { prepared, request, page: visitorsPage, active, formTokens }, json);
    }
    if (mediaType === "text/html" && page !== undefined) {
      const run = { prepared, request, page, inOrder, active, formTokens, readerLocale };
      conclude(res, active, name, await streamPage(req, res, run), options);
    } else if (mediaType === NDJSON) {
      conclude(res, active, name, await streamLines(req, res, prepared, request, active), options);
    } else {
      return await answerJson(req, res, active, request, json);
    }
    // No section ran for it. Ending it earlier would look like a client that left before the
    // report.
    if (req.method === "HEAD") res.end();
  };
  return (req, res) => orReportFailure(res, name, options, () => handle(req, res));
}
