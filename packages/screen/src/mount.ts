import { RequestContext, TimedDeadline, systemClock } from "@triptych/upstream-client";
import type { CallScope, Caller, Clock, Random } from "@triptych/upstream-client";
import { Router } from "express";
import type { Request, Response } from "express";
import { isOurBug, problemOf } from "./failure.ts";
import { compilePage } from "./page-document.ts";
import type { PageDocument } from "./page-document.ts";
import { ScreenProblem } from "./problem.ts";
import type { ScreenReport } from "./report.ts";
import { deadlineMsOf } from "./request-deadline.ts";
import { respondHtml, respondJson } from "./respond.ts";
import { answerOf, degradedOf, prepare, runScreen } from "./run-screen.ts";
import type { PreparedScreen, ScreenResult } from "./run-screen.ts";
import type { SectionResult } from "./run-section.ts";
import type { AnyScreen } from "./screen.ts";
import { serverTiming } from "./server-timing.ts";

export type MountOptions<Clients> = {
  /** The domain services' clients, made for one section's scope. */
  readonly clients: (scope: CallScope) => Clients;
  /** Who asks: what the app made of the verified identity of this request. */
  readonly caller: (req: Request, res: Response) => Caller;
  /** Called once a request, when its answer is decided. */
  readonly report: (res: Response, report: ScreenReport) => void;
  readonly clock?: Clock;
  readonly random?: Random;
};

/** Express's router with a route per screen: GET and HEAD answer it, any other method is 405. */
export function mountScreens<Clients>(
  screens: readonly AnyScreen<Clients>[],
  options: MountOptions<Clients>,
): Router {
  const router = Router({ caseSensitive: true, strict: true });
  for (const screen of screens) {
    const handler = new ScreenHandler(screen, options);
    router
      .route(screen.path)
      .get((req, res) => handler.answer(req, res))
      .all(() => {
        throw new ScreenProblem({
          code: "method-not-allowed",
          detail: "This address answers GET and HEAD.",
          allow: "GET, HEAD",
        });
      });
  }
  return router;
}

/** Path parameters as every contract allows them: what does not match is never put into an upstream's path. */
const PATH_PARAMETER = /^[A-Za-z0-9_-]{1,64}$/;

class ScreenHandler<Clients> {
  readonly #prepared: PreparedScreen<Clients>;
  readonly #page: PageDocument | undefined;
  readonly #mediaTypes: string[];
  readonly #options: MountOptions<Clients>;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(screen: AnyScreen<Clients>, options: MountOptions<Clients>) {
    this.#prepared = prepare(screen);
    this.#page =
      screen.page === undefined ? undefined : compilePage(screen.page, Object.keys(screen.sections));
    // The first is the answer where the client does not care.
    this.#mediaTypes = this.#page === undefined ? ["application/json"] : ["application/json", "text/html"];
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
  }

  async answer(req: Request, res: Response): Promise<void> {
    const startedAt = this.#clock.now();
    const { screen } = this.#prepared;
    // Both are decided before anything is asked of an upstream.
    const mediaType = this.#negotiate(req, res);
    const input = { params: checkedParams(req) };

    const deadlineMs = deadlineMsOf(screen.budget.deadlineMs, req.headers["x-request-timeout-ms"]);
    const deadline = new TimedDeadline(this.#clock, deadlineMs);
    const abandon = () => deadline.end("abandoned");
    res.once("close", abandon);
    const caller = this.#options.caller(req, res);
    const request = new RequestContext({ caller, deadline, clock: this.#clock, random: this.#random });

    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `screenForm` has checked each section's input against the path that `input` comes from
    const result = await runScreen(this.#prepared, request, this.#options.clients, input as never);
    res.removeListener("close", abandon);
    // Also when a required section failed: whatever the others still do is for nobody now.
    deadline.end("abandoned");

    this.#options.report(res, reportOf(screen.name, request.upstreamCalls, result));
    if (res.destroyed) return;
    res.setHeader("Server-Timing", serverTiming(result, this.#clock.now() - startedAt));
    if (mediaType === "text/html" && this.#page !== undefined) this.#answerHtml(res, this.#page, result);
    else this.#answerJson(req, res, result);
  }

  #negotiate(req: Request, res: Response): string {
    res.setHeader("Vary", "Accept");
    const mediaType = req.accepts(this.#mediaTypes);
    if (mediaType !== false) return mediaType;
    const detail = `This address answers ${this.#mediaTypes.join(" and ")}.`;
    throw new ScreenProblem({ code: "not-acceptable", detail });
  }

  #answerJson(req: Request, res: Response, result: ScreenResult): void {
    if (result.failed !== undefined) throw problemFrom(result.failed);
    respondJson(req, res, JSON.stringify(answerOf(result)), degradedOf(result).length > 0);
  }

  #answerHtml(res: Response, page: PageDocument, result: ScreenResult): void {
    if (result.failed !== undefined) throw problemFrom(result.failed);
    respondHtml(res, page.render(result));
  }
}

function problemFrom({ name, error }: SectionResult): ScreenProblem {
  return new ScreenProblem(problemOf(name, error), { cause: error });
}

/** @throws ScreenProblem naming the parameter that no contract allows */
function checkedParams(req: Request): Readonly<Record<string, string>> {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(req.params)) {
    if (typeof value !== "string" || !PATH_PARAMETER.test(value)) {
      const detail = `${name} must be 1 to 64 letters, digits, _ or -.`;
      throw new ScreenProblem({ code: "invalid-request", detail });
    }
    params[name] = value;
  }
  return params;
}

function reportOf(screen: string, upstreamCalls: number, result: ScreenResult): ScreenReport {
  const failures = result.sections
    .filter(({ error }) => error !== undefined)
    .map(({ name, error }) => ({ section: name, error, bug: isOurBug(error) }));
  return { screen, upstreamCalls, degraded: degradedOf(result), failures };
}
