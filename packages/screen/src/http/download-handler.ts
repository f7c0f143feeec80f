import { pipeline } from "node:stream/promises";
import { BinaryAnswer, CallScope, UpstreamError, isListed } from "@triptych/upstream-client";
import type { Request, Response } from "express";
import type { AnyDownload } from "../definition/download.ts";
import { atOnce, errorOf, loginRequired, problemOf, ScreenProblem } from "../run/failure.ts";
import { NOTHING_RUN } from "../run/run-screen.ts";
import { failedSection, loadIn } from "../run/run-section.ts";
import { beginRequest, conclude, orReportFailure } from "./begin-request.ts";
import type { ActiveRequest, MountOptions } from "./begin-request.ts";
import { paramsOf } from "./request-input.ts";
import { NO_STORE, OUTCOME } from "./respond-json.ts";

/**
 * Makes the route handler of one download. What fails before the first byte is answered with a
 * problem; what fails later cuts the connection, so that no client takes a part for the whole.
 */
export function downloadHandler<Clients>(
  download: AnyDownload<Clients>,
  options: MountOptions<Clients>,
): (req: Request, res: Response) => Promise<void> {
  const { name, deadlineMs, needsUser = true, mediaTypes, load, fileName } = download;

  const open = async (active: ActiveRequest, input: object): Promise<BinaryAnswer> => {
    const { value } = await new Promise<{ readonly value: unknown }>((onLoaded, onFailed) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the definition has checked the input against its path
      const run = (clients: Clients) => load(clients, input as never);
      loadIn(new CallScope(active.context, undefined, name), options.clients, run, { onLoaded, onFailed });
    });
    if (!(value instanceof BinaryAnswer)) throw new TypeError(`${name}: load must give a BinaryAnswer`);
    if (isListed(value.mediaType, mediaTypes)) return value;
    value.body.destroy();
    const reason = "a file of a type that the download does not list";
    throw new UpstreamError({ kind: "invalid", upstream: name, operation: name, reason });
  };

  const handle = async (req: Request, res: Response) => {
    const { clock } = options;
    const params = paramsOf(req, download.ids);
    const active = beginRequest(req, res, { deadlineMs }, options);
    const input = { params, caller: active.caller, now: clock.wallNow() };
    if (needsUser && active.context.caller.userId === undefined) {
      active.finish();
      throw loginRequired();
    }
    const startedAt = clock.now();
    /** @returns the problem to answer */
    const failed = (thrown: unknown): ScreenProblem => {
      const error = errorOf(thrown);
      const timed = { name, startedAt, durationMs: clock.now() - startedAt };
      const section = { ...failedSection(timed, error), text: "" };
      conclude(res, active, name, { sections: [section], failed: section }, options);
      return new ScreenProblem(problemOf(name, error), { cause: error });
    };
    let file: BinaryAnswer;
    let saveAs: string | undefined;
    try {
      file = await open(active, input);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the definition has checked the input against its path
      saveAs = atOnce(fileName?.(input as never));
    } catch (error) {
      throw failed(error);
    }
    res.setHeader("Content-Type", file.mediaType);
    res.setHeader("Cache-Control", NO_STORE);
    // What a service calls a picture must not run as a script of ours.
    res.setHeader("X-Content-Type-Options", "nosniff");
    res.setHeader("Content-Security-Policy", "sandbox");
    if (file.bytes !== undefined) res.setHeader("Content-Length", file.bytes);
    if (saveAs !== undefined) res.attachment(saveAs).type(file.mediaType);
    // As far as one can say before the last byte: where the file is cut, the gateway says so
    // itself.
    res.setHeader(OUTCOME, "complete");
    if (req.method === "HEAD") {
      conclude(res, active, name, NOTHING_RUN, options);
      res.end();
      return;
    }
    // Before the connection closes, which would look like a client that has left.
    file.body.once("end", () => conclude(res, active, name, NOTHING_RUN, options));
    file.body.once("error", failed);
    // The head has left, so there is nothing more to say: the pipeline cuts the connection.
    await pipeline(file.body, res).catch(() => undefined);
  };
  return (req, res) => orReportFailure(res, name, options, () => handle(req, res));
}
