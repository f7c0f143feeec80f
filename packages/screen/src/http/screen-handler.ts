import type { RequestContext } from "@triptych/upstream-client";
import type { Request, Response } from "express";
import { isOurBug, problemOf } from "../run/failure.ts";
import { prepare } from "../run/prepare.ts";
import type { PreparedScreen } from "../run/prepare.ts";
import { ScreenProblem } from "../run/problem.ts";
import type { ScreenReport } from "../run/report.ts";
import type { ScreenRequest, SectionResult } from "../run/run-section.ts";
import { answerOf, degradedOf, runScreen } from "../run/run-screen.ts";
import type { ScreenResult } from "../run/run-screen.ts";
import type { AnyScreen } from "../definition/screen.ts";
import { beginRequest } from "./begin-request.ts";
import type { ActiveRequest, MountOptions } from "./begin-request.ts";
import { NDJSON, streamLines } from "./line-stream.ts";
import { compilePage } from "./page-document.ts";
import type { PageDocument } from "./page-document.ts";
import { streamPage } from "./page-stream.ts";
import { acceptedOf } from "./accepted.ts";
import { deviceOf, paramsOf, versionOf } from "./request-input.ts";
import { respondJson } from "./respond-json.ts";
import { serverTiming } from "./server-timing.ts";

/** The media type, and the density of the screen. */
const VARIES = "Accept, Sec-CH-DPR";

/** Answers one screen: as JSON, as lines of JSON, or as a page, whichever the client likes best. */
export class ScreenHandler<Clients> {
  readonly name: string;
  readonly #prepared: PreparedScreen<Clients>;
  readonly #page: PageDocument | undefined;
  readonly #mediaTypes: string[];
  readonly #options: MountOptions<Clients>;

  constructor(screen: AnyScreen<Clients>, options: MountOptions<Clients>) {
    this.name = screen.name;
    this.#prepared = prepare(screen);
    this.#page =
      screen.page === undefined ? undefined : compilePage(screen.page, Object.keys(screen.sections));
    // The first is the answer where the client does not care.
    this.#mediaTypes = ["application/json", ...(this.#page === undefined ? [] : ["text/html"]), NDJSON];
    this.#options = options;
  }

  async answer(req: Request, res: Response): Promise<void> {
    // All of this is decided before anything is asked of an upstream.
    const mediaType = this.negotiate(req, res);
    const input = { params: paramsOf(req), device: deviceOf(req) };
    const version = versionOf(req, this.#options.oldestVersion);
    const inOrder = this.#page !== undefined && this.#options.inDocumentOrder?.(req) === true;

    const active = beginRequest(req, res, this.#prepared.screen.budget.deadlineMs, this.#options);
    const request = { context: active.context, clientsOf: this.#options.clients, input, version };
    if (mediaType === "text/html" && this.#page !== undefined) {
      const { formTokens } = this.#options;
      const run = { prepared: this.#prepared, request, page: this.#page, inOrder, active, formTokens };
      this.#conclude(res, active, this.name, await streamPage(req, res, run));
    } else if (mediaType === NDJSON) {
      const result = await streamLines(req, res, { prepared: this.#prepared, request });
      this.#conclude(res, active, this.name, result);
    } else {
      await this.answerJson(req, res, active, request);
    }
  }

  /** @param command the command's name when the screen answers one: such an answer may not be kept */
  async answerJson(
    req: Request,
    res: Response,
    active: ActiveRequest,
    request: ScreenRequest<Clients>,
    command?: string,
  ): Promise<void> {
    const result = await runScreen(this.#prepared, request);
    this.#conclude(res, active, command ?? this.name, result);
    if (res.destroyed) return;
    res.setHeader("Server-Timing", serverTiming(result, active.elapsedMs()));
    if (result.failed !== undefined) throw problemFrom(result.failed);
    const keep = command === undefined && degradedOf(result).length === 0;
    respondJson(req, res, JSON.stringify(answerOf(result)), keep);
  }

  /** @throws ScreenProblem when the client accepts nothing of what there is */
  negotiate(req: Request, res: Response): string {
    // What else an answer depends on; who keeps it must know (RFC 9110, section 12.5.5).
    res.vary(this.#options.oldestVersion === undefined ? VARIES : `${VARIES}, X-App-Version`);
    const mediaType = acceptedOf(req, this.#mediaTypes);
    if (mediaType !== false) return mediaType;
    const detail = `This address answers ${this.#mediaTypes.join(", ")}.`;
    throw new ScreenProblem({ code: "not-acceptable", detail });
  }

  /** Ends what the request still does (a required section may have failed before the others were ready) and reports. */
  #conclude(res: Response, active: ActiveRequest, name: string, result: ScreenResult): void {
    active.finish();
    this.#options.report(res, reportOf(name, active.context, result));
  }
}

function problemFrom({ name, error }: SectionResult): ScreenProblem {
  return new ScreenProblem(problemOf(name, error), { cause: error });
}

function reportOf(screen: string, context: RequestContext, result: ScreenResult): ScreenReport {
  const { upstreamCalls, attempts } = context;
  const failures = result.sections
    .filter(({ error }) => error !== undefined)
    .map(({ name, error }) => ({ section: name, error, bug: isOurBug(error) }));
  return { screen, upstreamCalls, attempts, degraded: degradedOf(result), failures };
}
