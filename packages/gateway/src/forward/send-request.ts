import type { ServerResponse } from "node:http";
import type { Clock } from "@triptych/service-kit";
import { errors } from "undici";
import type { Dispatcher } from "undici";
import { isSafe } from "../exchange.ts";
import { failureOf } from "./failure.ts";
import type { Failure } from "./failure.ts";
import type { Instance, Instances } from "./instances.ts";

/** The outcome of a request: an answer of whatever status, or why there is none. */
export type SendResult =
  | { readonly ok: true; readonly response: Dispatcher.ResponseData }
  | { readonly ok: false; readonly failure: Failure; readonly error: unknown };

/** A request as it is sent to an instance. */
export interface OutgoingRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: Buffer | null;
  readonly signal: AbortSignal;
  /** Why `signal` was aborted; undefined while it is not. */
  readonly ended: () => "late" | "client-gone" | undefined;
}

/**
 * Sends a request to an instance of its target. An unreachable instance is skipped, since it has
 * received nothing. When a connection breaks, or its host is gone, the request is sent once more
 * only if its method is safe and it has no body: any other request may already have been carried
 * out.
 */
export async function sendRequest(instances: Instances, request: OutgoingRequest): Promise<SendResult> {
  let failed: SendResult = { ok: false, failure: "not-reached", error: undefined };
  const isRepeatable = isSafe(request.method) && request.body === null;
  let mayRepeat = isRepeatable;
  const tries = instances.inTurn();
  while (tries.length > 0) {
    const [instance] = tries;
    if (instance === undefined) break;
    try {
      return { ok: true, response: await send(instance, request, isRepeatable) };
    } catch (error) {
      const failure = failureOf(error, request.ended());
      failed = { ok: false, failure, error };
      if (failure === "not-reached") {
        instance.markUnreachable();
        tries.shift();
      } else if (failure === "broken" && mayRepeat) {
        // The instance may have closed an idle connection, so it is not marked; another one is
        // tried if there is one.
        mayRepeat = false;
        if (tries.length > 1) tries.shift();
      } else {
        return failed;
      }
    }
  }
  return failed;
}

/**
 * Sends it once. A repeatable request is given up, until its answer begins, when the instance is
 * gone.
 */
async function send(
  instance: Instance,
  { method, path, headers, body, signal }: OutgoingRequest,
  isRepeatable: boolean,
): Promise<Dispatcher.ResponseData> {
  const attempt = new AbortController();
  const end = (): void => attempt.abort();
  if (signal.aborted) end();
  signal.addEventListener("abort", end, { once: true });
  const move = (): void => attempt.abort(new errors.RequestAbortedError("the instance is gone"));
  const answered = isRepeatable ? instance.onGone(move) : undefined;
  try {
    return await instance.dispatcherFor(isRepeatable).request({
      method,
      path,
      headers: [...headers],
      body,
      signal: attempt.signal,
      responseHeaders: "raw",
    });
  } finally {
    answered?.();
  }
}

/** Ends the work for one request at its deadline, or when the client has left. */
export interface Lifetime {
  readonly signal: AbortSignal;
  /** Why `signal` was aborted; undefined while it is not. */
  readonly ended: () => "late" | "client-gone" | undefined;
  /** Stops watching, once the work is done. */
  finish(): void;
}

/** Starts the deadline of a request. */
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
