import { invalidRequest } from "../http/problem.ts";
import { json } from "../http/reply.ts";
import type { Route } from "../http/router.ts";
import type { CallRecord } from "./calls.ts";
import type { SwitchBoard } from "./board.ts";
import { SwitchesError, parseSwitches } from "./parse.ts";
import type { Switches } from "./switches.ts";

/** What every service's admin port answers. `DELETE /switches` turns everything off, what `SWITCHES` said too. */
export function adminRoutes(service: string, switches: SwitchBoard, calls: CallRecord): Route[] {
  return [
    { method: "GET", path: "/healthz", answer: () => json({ status: "ok", service }) },
    { method: "GET", path: "/switches", answer: () => json(switches.show()) },
    {
      method: "PUT",
      path: "/switches",
      async answer(request) {
        switches.set(readSwitches(await request.json()));
        return json(switches.show());
      },
    },
    {
      method: "DELETE",
      path: "/switches",
      answer() {
        switches.set({});
        return json(switches.show());
      },
    },
    { method: "GET", path: "/calls", answer: () => json({ calls: calls.list(), dropped: calls.dropped() }) },
    {
      method: "DELETE",
      path: "/calls",
      answer() {
        calls.clear();
        return json({ calls: [], dropped: 0 });
      },
    },
  ];
}

function readSwitches(body: unknown): Switches {
  try {
    return parseSwitches(body);
  } catch (error) {
    if (error instanceof SwitchesError) throw invalidRequest(`${error.message}.`, { cause: error });
    throw error;
  }
}
