import { CallScope } from "@triptych/upstream-client";
import type { Request, Response } from "express";
import type { AnyCommand } from "../definition/screen.ts";
import type { TryLoad } from "../definition/section.ts";
import { atOnce, errorOf, loginRequired, problemOf, ScreenProblem } from "../run/failure.ts";
import type { PreparedScreen } from "../run/prepare.ts";
import type { QueryValues } from "../run/query-reader.ts";
import { NOTHING_RUN } from "../run/run-screen.ts";
import { failedSection, loadIn } from "../run/run-section.ts";
import type { LoadedSection } from "../run/run-section.ts";
import { beginRequest, conclude, orReportFailure } from "./begin-request.ts";
import type { ActiveRequest, MountOptions } from "./begin-request.ts";
import { commandReader } from "./command-request.ts";
import { deviceOf, negotiate, paramsOf, versionOf } from "./request-input.ts";
import { answerJson, NO_STORE } from "./respond-json.ts";

const MEDIA_TYPES = ["application/json"];

/**
 * Makes the route handler of one command. It does the work, then answers the command's screen as
 * JSON, or redirects an HTML form to it.
 * @throws TypeError if the command accepts HTML forms and there are no `formTokens`, or if its
 *   screen cannot be shown without a query
 */
export function commandHandler<Clients>(
  command: AnyCommand<Clients>,
  prepared: PreparedScreen<Clients>,
  options: MountOptions<Clients>,
): (req: Request, res: Response) => Promise<void> {
  const { name, deadlineMs, redirectTo } = command;
  const { section } = command.answer;
  const { allowHttp = false, clock, clients: clientsOf, formTokens, oldestVersion, report } = options;
  if (redirectTo !== undefined && formTokens === undefined) {
    throw new TypeError(`${name} accepts HTML forms, so mounting it needs formTokens`);
  }
  queryAfter(command, prepared);
  const read = commandReader(command.body, redirectTo !== undefined);
  const json = { prepared, name, keeping: () => NO_STORE, report };

  /** @throws ScreenProblem if the work fails */
  const work = async (res: Response, active: ActiveRequest, input: unknown) => {
    const { context } = active;
    const startedAt = context.clock.now();
    try {
      return await new Promise<LoadedSection>((onLoaded, onFailed) => {
        const run = (clients: Clients, tryLoad: TryLoad<Clients>) =>
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `command` has checked the run's input against its path and body
          command.run(clients, input as never, tryLoad);
        loadIn(new CallScope(context, undefined, section), clientsOf, run, { onLoaded, onFailed });
      });
    } catch (thrown) {
      const error = errorOf(thrown);
      const timed = { name: section, startedAt, durationMs: context.clock.now() - startedAt };
      const failed = { ...failedSection(timed, error), text: "" };
      conclude(res, active, name, { sections: [failed], failed }, options);
      throw new ScreenProblem(problemOf(section, error), { cause: error });
    }
  };

  const handle = async (req: Request, res: Response) => {
    const params = paramsOf(req, command.ids);
    const version = versionOf(req, oldestVersion);
    const { body, idempotencyKey, formToken } = read(req);
    if (formToken === undefined) negotiate(req, res, MEDIA_TYPES, oldestVersion);
    const active = beginRequest(req, res, { deadlineMs }, options);
    try {
      const { context } = active;
      const { userId } = context.caller;
      if (userId === undefined) throw loginRequired();
      if (formToken !== undefined && formTokens?.accepts(userId, formToken) !== true) {
        throw new ScreenProblem({ code: "forbidden", detail: NOT_OUR_FORM });
      }
      const about = { params, query: queryAfter(command, prepared), device: deviceOf(req), allowHttp };
      const input = { ...about, caller: active.caller, now: clock.wallNow(), body, idempotencyKey };
      const loaded = await work(res, active, input);
      if (formToken === undefined) {
        const request = { context, clientsOf, input, version, loaded: { [section]: loaded } };
        await answerJson(req, res, active, request, json);
      } else {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `command` has checked the parameters' names against the path
        const place = `${req.baseUrl}${atOnce(redirectTo?.(encoded(params) as never))}`;
        conclude(res, active, name, NOTHING_RUN, options);
        res.setHeader("Cache-Control", NO_STORE);
        res.redirect(303, place);
      }
    } finally {
      active.finish();
    }
  };
  return (req, res) => orReportFailure(res, name, options, () => handle(req, res));
}

/** A command has no query, so the screen after it is shown with the defaults of its own. */
function queryAfter<Clients>(
  { name }: AnyCommand<Clients>,
  { readQuery }: PreparedScreen<Clients>,
): QueryValues {
  try {
    return readQuery("");
  } catch (cause) {
    throw new TypeError(`${name}: its screen needs a query; make each parameter optional or give a default`, {
      cause,
    });
  }
}

/** No value may lead the redirect to another path. */
function encoded(params: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, encodeURIComponent(value)]));
}

const NOT_OUR_FORM =
  "This form is too old, or not from our page. Go back, load the page again and try once more.";
