import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../process/clock.ts";

/** A call that the service got. Instants are epoch ms with fractions. */
export interface Call {
  method: string;
  /** With its query, as received. */
  path: string;
  /** Lower-case names; a doubled header is a list. */
  headers: Record<string, string | string[]>;
  startedAt: number;
  /** null while it runs. */
  endedAt: number | null;
  /** null where no status line left. */
  status: number | null;
  /** Whether the client went away before it had the whole answer. */
  aborted: boolean;
}

export interface CallRecord {
  /** The calls so far, oldest first. */
  list(): Call[];
  /** How many older calls had to make room. */
  dropped(): number;
  clear(): void;
  /** Records a call. */
  begin(request: IncomingMessage, response: ServerResponse): OpenCall;
}

export interface OpenCall {
  /** Says that it is the service, not the client, who is about to cut the connection. */
  cutByService(): void;
}

interface Entry extends Omit<Call, "headers"> {
  rawHeaders: readonly string[];
}

const MAX_CALLS = 10_000;

/** Remembers the last 10,000 calls. Headers are put in form only when somebody asks: this runs under load. */
export function callRecord(clock: Clock): CallRecord {
  let entries: Entry[] = [];
  let dropped = 0;
  return {
    list: () => entries.slice(-MAX_CALLS).map(toCall),
    dropped: () => dropped + Math.max(0, entries.length - MAX_CALLS),
    clear() {
      entries = [];
      dropped = 0;
    },
    begin(request, response) {
      const entry: Entry = {
        method: request.method ?? "",
        path: request.url ?? "",
        rawHeaders: request.rawHeaders,
        startedAt: clock.now(),
        endedAt: null,
        status: null,
        aborted: false,
      };
      entries.push(entry);
      // Dropping in blocks: shifting 10,000 entries on every call would cost more than the call.
      if (entries.length >= 2 * MAX_CALLS) {
        dropped += entries.length - MAX_CALLS;
        entries = entries.slice(-MAX_CALLS);
      }
      let isCutByService = false;
      response.once("close", () => {
        entry.endedAt = clock.now();
        entry.status = response.headersSent ? response.statusCode : null;
        entry.aborted = !response.writableFinished && !isCutByService;
      });
      return {
        cutByService() {
          isCutByService = true;
        },
      };
    },
  };
}

function toCall({ method, path, rawHeaders, startedAt, endedAt, status, aborted }: Entry): Call {
  return { method, path, headers: headersOf(rawHeaders), startedAt, endedAt, status, aborted };
}

function headersOf(rawHeaders: readonly string[]): Call["headers"] {
  const headers: Call["headers"] = {};
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    const value = rawHeaders[index + 1] ?? "";
    const known = headers[name];
    headers[name] = known === undefined ? value : [...(Array.isArray(known) ? known : [known]), value];
  }
  return headers;
}
