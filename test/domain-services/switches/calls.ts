import type { IncomingMessage } from "node:http";
import type { ServiceResponse } from "../service/reply.ts";
import type { Clock } from "../service/tools.ts";

/** A call that the service got. Instants are epoch ms. */
export interface Call {
  method: string;
  /** With its query, as received. */
  path: string;
  /** Lower-case names; a doubled header is a list. */
  headers: Record<string, string | string[]>;
  startedAt: number;
  /** null while the call runs. */
  endedAt: number | null;
  /** null if no status line was sent. */
  status: number | null;
  /** Whether the client went away before it had the whole answer. */
  aborted: boolean;
}

/** The calls that a service got. */
export interface CallRecord {
  /** The last calls, oldest first. */
  list(): { calls: Call[] };
  /** Forgets them, and returns the empty list. */
  clear(): { calls: Call[] };
  /** Records a call, and its end when the response is closed. */
  begin(request: IncomingMessage, response: ServiceResponse): void;
}

interface Entry extends Omit<Call, "headers"> {
  rawHeaders: readonly string[];
}

const MAX_CALLS = 10_000;

/**
 * Keeps the last 10,000 calls. Headers are only read when the list is asked for: this runs under
 * load.
 */
export function callRecord(clock: Clock): CallRecord {
  let entries: Entry[] = [];
  return {
    list: () => ({ calls: entries.map(toCall) }),
    clear() {
      entries = [];
      return this.list();
    },
    begin({ method = "", url: path = "", rawHeaders }, response) {
      const startedAt = clock.now();
      const entry: Entry = {
        method,
        path,
        rawHeaders,
        startedAt,
        endedAt: null,
        status: null,
        aborted: false,
      };
      entries.push(entry);
      if (entries.length > MAX_CALLS) entries.shift();
      response.once("close", () => {
        entry.endedAt = clock.now();
        entry.status = response.headersSent ? response.statusCode : null;
        entry.aborted = !response.writableFinished && response.locals.isCut !== true;
      });
    },
  };
}

function toCall({ rawHeaders, ...rest }: Entry): Call {
  const headers: Call["headers"] = {};
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    const value = rawHeaders[index + 1] ?? "";
    const known = headers[name];
    headers[name] = known === undefined ? value : [known, value].flat();
  }
  return { ...rest, headers };
}
