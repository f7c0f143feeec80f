import type { IncomingMessage, ServerResponse } from "node:http";
import type { PreparedScreen } from "../run/prepare.ts";
import { runScreen } from "../run/run-screen.ts";
import type { ScreenResult } from "../run/run-screen.ts";
import { beginRequest, conclude } from "./begin-request.ts";
import type { ActiveRequest, MountOptions } from "./begin-request.ts";
import { variesBy } from "./request-input.ts";
import { jsonMember, jsonOf, jsonResponse, OUTCOME, serverTiming } from "./respond-json.ts";

/** A screen that can be answered without a router: its address has no parameters. */
export type DirectScreen = {
  readonly name: string;
  /**
   * Runs the screen and answers it as JSON, if it is complete.
   * @param headers those of every answer, flat: name, value, name, value
   * @param handOn called instead of an answer: the router must answer, and gets what was run
   */
  readonly answer: (
    req: IncomingMessage,
    res: ServerResponse,
    headers: readonly string[],
    handOn: () => void,
  ) => void;
};

/** A screen's run that was not complete. */
type HandedRun = { readonly active: ActiveRequest; readonly result: ScreenResult };

const HANDED = Symbol("the run of the direct way");

declare module "node:http" {
  interface ServerResponse {
    [HANDED]?: HandedRun;
  }
}

/** What the direct way ran before it handed the request on, if it did. */
export function handedRun(res: ServerResponse): HandedRun | undefined {
  return res[HANDED];
}

/** Headers whose meaning only the router's way knows. */
const ODD = ["if-none-match", "if-modified-since", "sec-ch-dpr", "x-app-version"] as const;

/** Whether a request asks for JSON and nothing else. */
export function isPlain({ method, headers }: IncomingMessage): boolean {
  const { accept } = headers;
  if (method !== "GET" || (accept !== undefined && accept !== "application/json")) return false;
  return ODD.every((name) => headers[name] === undefined);
}

/**
 * Makes the direct way of a screen: one write with all headers, where the router, its middlewares
 * and single headers would cost a tenth of the page. Whatever is odd or fails goes through the
 * router, and both give the same bytes.
 * @returns undefined if the screen's address has parameters, or its query must have some
 */
export function directScreen<Clients>(
  prepared: PreparedScreen<Clients>,
  options: MountOptions<Clients>,
): DirectScreen | undefined {
  const { name, path, budget } = prepared.screen;
  const { allowHttp = false, clock, clients: clientsOf, oldestVersion } = options;
  if (/[:*{]/.test(path) || !takesNoQuery(prepared)) return undefined;
  const vary = `${variesBy(oldestVersion)}, Accept-Encoding`;

  const headOf = (req: IncomingMessage, { active, result }: HandedRun) => {
    const timing = serverTiming(result, active.elapsedMs());
    const { validators, content, body } = jsonResponse(req, jsonOf(result.sections, []));
    const head = ["Vary", vary, OUTCOME, "complete", "Server-Timing", timing, ...validators, ...content];
    return { head, body };
  };

  return {
    name,
    answer(req, res, headers, handOn) {
      let active: ActiveRequest;
      try {
        active = beginRequest(req, res, budget, options);
      } catch {
        return handOn();
      }
      const query = prepared.readQuery("");
      const { caller } = active;
      const input = { params: {}, query, device: { pixelRatio: 1 }, caller, allowHttp, now: clock.wallNow() };
      const request = { context: active.context, clientsOf, input, version: undefined, show: jsonMember };
      const finish = (result: ScreenResult): void => {
        if (!result.sections.every(({ outcome }) => outcome === "ok")) {
          res[HANDED] = { active, result };
          return handOn();
        }
        const { head, body } = headOf(req, { active, result });
        if (!res.destroyed) res.writeHead(200, [...headers, ...head]);
        // After the head, which then needs no header that is set singly.
        conclude(res, active, name, result, options);
        if (!res.destroyed) res.end(body);
      };
      runScreen(prepared, request, finish);
    },
  };
}

function takesNoQuery({ readQuery }: PreparedScreen<never>): boolean {
  try {
    readQuery("");
    return true;
  } catch {
    return false;
  }
}
