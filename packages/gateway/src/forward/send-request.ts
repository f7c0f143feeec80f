import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { Clock } from "@triptych/service-kit";
import type { Dispatcher } from "undici";
import { failureOf } from "./instances.ts";
import type { Failure, Instances } from "./instances.ts";

export type SendResult =
  | { readonly ok: true; readonly response: Dispatcher.ResponseData }
  | { readonly ok: false; readonly failure: Failure; readonly error: unknown };

export interface OutgoingRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly string[];
  /** The whole body where a policy read it, the stream where none did, null where there is none. */
  readonly body: Buffer | IncomingMessage | null;
  readonly signal: AbortSignal;
  /** Why `signal` was aborted. */
  readonly ended: () => "late" | "client-gone" | undefined;
}

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Sends a request to an instance of its target. An instance that cannot be reached is passed over, since it has got
 * nothing of the request. Where a connection breaks, or its host is gone, the request is sent once more, and only if its
 * method is safe and it has no body: anything else may have been done already.
 */
export async function sendRequest(instances: Instances, request: OutgoingRequest): Promise<SendResult> {
  let failed: SendResult = { ok: false, failure: "not-reached", error: undefined };
  const isRepeatable = SAFE_METHODS.has(request.method) && request.body === null;
  let mayRepeat = isRepeatable;
  const tries = instances.inTurn();
  while (tries.length > 0) {
    const [instance] = tries;
    if (instance === undefined) break;
    try {
      return { ok: true, response: await send(instance.dispatcherFor(isRepeatable), request) };
    } catch (error) {
      const failure = failureOf(error, request.ended());
      failed = { ok: false, failure, error };
      if (failure === "not-reached") {
        instance.markUnreachable();
        tries.shift();
      } else if (failure === "broken" && mayRepeat) {
        // A connection that was closed under our hands says nothing about the instance: with another one left, try that.
        mayRepeat = false;
        if (tries.length > 1) tries.shift();
      } else {
        return failed;
      }
    }
  }
  return failed;
}

async function send(dispatcher: Dispatcher, request: OutgoingRequest): Promise<Dispatcher.ResponseData> {
  const { method, path, headers, body, signal } = request;
  return await dispatcher.request({
    method,
    path,
    headers: [...headers],
    body: body === null || Buffer.isBuffer(body) ? body : copyOf(body),
    signal,
    responseHeaders: "raw",
  });
}

/** undici destroys the stream of an attempt that failed; as long as nothing was read, the request itself stays whole. */
function copyOf(req: IncomingMessage): Readable {
  async function* chunks(): AsyncGenerator {
    for await (const chunk of req) yield chunk;
  }
  return Readable.from(chunks(), { objectMode: false });
}

/** How long the work for one request goes on: until its deadline, or until the client has left. */
export interface Lifetime {
  readonly signal: AbortSignal;
  /** Why the signal was aborted; undefined while it is not. */
  readonly ended: () => "late" | "client-gone" | undefined;
  /** The work is done: nothing is watched any more. */
  finish(): void;
}

export function watchLifetime(res: ServerResponse, clock: Clock, leftMs: number): Lifetime {
  const controller = new AbortController();
  let reason: "late" | "client-gone" | undefined;
  function end(why: "late" | "client-gone"): void {
    reason ??= why;
    controller.abort();
  }
  const left = (): void => {
    if (!res.writableFinished) end("client-gone");
  };
  const cancel = clock.setTimer(leftMs, () => end("late"), "unref");
  res.once("close", left);
  if (res.destroyed) left();
  return {
    signal: controller.signal,
    ended: () => reason,
    finish() {
      cancel();
      res.off("close", left);
    },
  };
}
