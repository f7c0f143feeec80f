import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { failureOf } from "./failure.ts";
import type { Failure } from "./failure.ts";
import type { Instances } from "./instances.ts";

export type Answer =
  | { readonly ok: true; readonly response: Dispatcher.ResponseData }
  | { readonly ok: false; readonly failure: Failure; readonly error: unknown };

export interface Question {
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
export async function ask(instances: Instances, question: Question): Promise<Answer> {
  let failed: Answer = { ok: false, failure: "not-reached", error: undefined };
  const isRepeatable = SAFE_METHODS.has(question.method) && question.body === null;
  let mayRepeat = isRepeatable;
  const tries = instances.inTurn();
  while (tries.length > 0) {
    const [instance] = tries;
    if (instance === undefined) break;
    try {
      return { ok: true, response: await send(instance.dispatcherFor(isRepeatable), question) };
    } catch (error) {
      const failure = failureOf(error, question.ended());
      failed = { ok: false, failure, error };
      if (failure === "not-reached") {
        instance.couldNotBeReached();
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

async function send(dispatcher: Dispatcher, question: Question): Promise<Dispatcher.ResponseData> {
  const { method, path, headers, body, signal } = question;
  return await dispatcher.request({
    method,
    path,
    headers: [...headers],
    body: body === null || Buffer.isBuffer(body) ? body : untouched(body),
    signal,
    responseHeaders: "raw",
  });
}

/** undici destroys the stream of an attempt that failed; as long as nothing was read, the request itself stays whole. */
function untouched(req: IncomingMessage): Readable {
  async function* chunks(): AsyncGenerator {
    for await (const chunk of req) yield chunk;
  }
  return Readable.from(chunks(), { objectMode: false });
}
