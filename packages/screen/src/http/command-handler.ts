import { CallScope } from "@triptych/upstream-client";
import type { Request, Response } from "express";
import type { AnyCommand } from "../definition/command.ts";
import { isOurBug, problemOf } from "../run/failure.ts";
import { loadIn } from "../run/load.ts";
import type { LoadedSection } from "../run/load.ts";
import { ScreenProblem } from "../run/problem.ts";
import { beginRequest } from "./begin-request.ts";
import type { ActiveRequest, MountOptions } from "./begin-request.ts";
import { commandReader } from "./command-request.ts";
import type { CommandRequest } from "./command-request.ts";
import { DO_NOT_KEEP } from "./respond-json.ts";
import { deviceOf, paramsOf, versionOf } from "./request-input.ts";
import { ScreenHandler } from "./screen-handler.ts";

/** Runs one command, then answers its screen (JSON), or a redirect there (a plain form). */
export class CommandHandler<Clients> {
  readonly #command: AnyCommand<Clients>;
  readonly #screen: ScreenHandler<Clients>;
  readonly #read: (req: Request) => CommandRequest;
  readonly #options: MountOptions<Clients>;

  constructor(command: AnyCommand<Clients>, options: MountOptions<Clients>) {
    const takesForms = command.redirectTo !== undefined;
    if (takesForms && options.formTokens === undefined) {
      throw new TypeError(`${command.name} takes plain forms, so mounting it needs formTokens`);
    }
    this.#command = command;
    this.#screen = new ScreenHandler(command.answer.screen, options);
    this.#read = commandReader(command.body, takesForms);
    this.#options = options;
  }

  async answer(req: Request, res: Response): Promise<void> {
    const params = paramsOf(req);
    const version = versionOf(req, this.#options.oldestVersion);
    const { body, idempotencyKey, formToken } = this.#read(req);
    if (formToken === undefined && this.#screen.negotiate(req, res) !== "application/json") {
      throw new ScreenProblem({ code: "not-acceptable", detail: "A command answers application/json." });
    }
    const active = beginRequest(req, res, this.#command.deadlineMs, this.#options);
    try {
      if (formToken !== undefined) this.#checkToken(active, formToken);
      const input = { params, device: deviceOf(req), body, idempotencyKey };
      const loaded = await this.#run(res, active, input);
      if (formToken === undefined) {
        const { clients: clientsOf } = this.#options;
        const given = { [this.#command.answer.section]: loaded };
        const request = { context: active.context, clientsOf, input, version, loaded: given };
        await this.#screen.answerJson(req, res, active, request, this.#command.name);
      } else {
        this.#report(res, active, []);
        res.setHeader("Cache-Control", DO_NOT_KEEP);
        res.redirect(303, `${req.baseUrl}${redirectOf(this.#command, params)}`);
      }
    } finally {
      active.finish();
    }
  }

  /** @throws ScreenProblem when the form is not from a page that this user was shown */
  #checkToken({ context }: ActiveRequest, token: string): void {
    if (this.#options.formTokens?.accepts(context.caller.userId, token) === true) return;
    const detail =
      "This form is too old, or not from our page. Go back, load the page again and try once more.";
    throw new ScreenProblem({ code: "forbidden", detail });
  }

  /** @throws ScreenProblem when the work fails */
  async #run(res: Response, active: ActiveRequest, input: unknown): Promise<LoadedSection> {
    const { section } = this.#command.answer;
    try {
      return await loadIn(new CallScope(active.context), this.#options.clients, (clients, tryLoad) =>
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `command` has checked the run's input against its path and body
        this.#command.run(clients, input as never, tryLoad),
      );
    } catch (error) {
      this.#report(res, active, [{ section, error, bug: isOurBug(error) }]);
      throw new ScreenProblem(problemOf(section, error), { cause: error });
    }
  }

  #report(
    res: Response,
    active: ActiveRequest,
    failures: readonly { section: string; error: unknown; bug: boolean }[],
  ): void {
    const { upstreamCalls, attempts } = active.context;
    this.#options.report(res, {
      screen: this.#command.name,
      upstreamCalls,
      attempts,
      degraded: [],
      failures,
    });
  }
}

function redirectOf<Clients>(
  { redirectTo }: AnyCommand<Clients>,
  params: Readonly<Record<string, string>>,
): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `command` has checked the parameters' names against the path
  return redirectTo === undefined ? "" : redirectTo(params as never);
}
