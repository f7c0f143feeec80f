import { errors } from "undici";
import type { Dispatcher } from "undici";
import { isSafe } from "../exchange.ts";
import { failureOf } from "./failure.ts";
import type { Failure } from "./failure.ts";
import type { Fields } from "./headers.ts";
import type { Instance, Instances } from "./instances.ts";

/** A request as it is sent to an instance. */
export interface OutgoingRequest {
  readonly method: string;
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: Buffer | null;
}

/** Holds back an answer for a client that reads more slowly than it comes, or ends it. */
export type Flow = Pick<Dispatcher.DispatchController, "pause" | "resume" | "abort">;

/** Gets an answer as it comes: `begun`, `data`, `ended`, or `failed` in place of any of them. */
export interface Receiver {
  begun(status: number, headers: Fields): void;
  data(chunk: Buffer, flow: Flow): void;
  ended(trailers: Fields): void;
  failed(failure: Failure, error: unknown): void;
}

/**
 * One request on its way to an instance of its target. An unreachable instance is skipped, since it
 * has received nothing. When a connection breaks, or its host is gone, the request is sent once
 * more only if its method is safe and it has no body: any other request may already have been
 * carried out.
 *
 * It is the handler of undici's `dispatch`, since `request` makes a stream and promises that
 * forwarding does not need.
 */
export class SentRequest implements Dispatcher.DispatchHandler {
  readonly #request: OutgoingRequest;
  readonly #receiver: Receiver;
  readonly #isRepeatable: boolean;
  #mayRepeat: boolean;
  /** The instances that are left, the one that is asked first. */
  readonly #tries: Instance[];
  #state: "asking" | "answering" | "over" = "asking";
  /** Of the attempt under way, once it has a connection. */
  #controller: Dispatcher.DispatchController | undefined;
  #stopWatching: (() => void) | undefined;

  constructor(instances: Instances, request: OutgoingRequest, receiver: Receiver) {
    this.#request = request;
    this.#receiver = receiver;
    this.#isRepeatable = isSafe(request.method) && request.body === null;
    this.#mayRepeat = this.#isRepeatable;
    this.#tries = instances.inTurn();
  }

  send(): void {
    const [instance] = this.#tries;
    if (this.#state === "over" || instance === undefined) return;
    if (this.#isRepeatable) {
      this.#stopWatching = instance.onGone(() => {
        this.#controller?.abort(new errors.RequestAbortedError("the instance is gone"));
      });
    }
    instance.dispatcherFor(this.#isRepeatable).dispatch(this.#request, this);
  }

  /** Gives it up: at its deadline, or because the client has left. */
  end(why: "late" | "client-gone"): void {
    if (this.#state === "over") return;
    const reason = new errors.RequestAbortedError(why);
    this.#fail(why, reason);
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#state === "over") controller.abort(new errors.RequestAbortedError("over before it connected"));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Fields): void {
    // An interim response (RFC 9110, section 15.2), which is not for the client.
    if (status < 200) return;
    this.#stopWatching?.();
    this.#state = "answering";
    this.#receiver.begun(status, headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#receiver.data(chunk, controller);
  }

  onResponseEnd(_: Dispatcher.DispatchController, trailers: Fields): void {
    this.#receiver.ended(trailers);
    this.#state = "over";
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#state === "over") return;
    const failure = failureOf(error);
    if (this.#state === "answering" || !this.#hasNextTry(failure)) {
      this.#fail(failure, error);
      return;
    }
    this.#stopWatching?.();
    this.#controller = undefined;
    // undici is still clearing up the connection that failed.
    queueMicrotask(() => this.send());
  }

  #hasNextTry(failure: Failure): boolean {
    if (failure === "not-reached") {
      this.#tries.shift()?.markUnreachable();
      return this.#tries.length > 0;
    }
    if (failure !== "broken" || !this.#mayRepeat) return false;
    // The instance may have closed an idle connection, so it is not marked; another one is tried if
    // there is one.
    this.#mayRepeat = false;
    if (this.#tries.length > 1) this.#tries.shift();
    return true;
  }

  #fail(failure: Failure, error: unknown): void {
    this.#stopWatching?.();
    this.#state = "over";
    this.#receiver.failed(failure, error);
  }
}
