import type { AttemptEvent } from "../events.ts";
import type { Dispatcher } from "undici";
import type { Address, Addresses } from "./addresses.ts";
import { BodyBuffer, MAX_PIECES } from "./body-buffer.ts";
import { endedOutcome, failed, tellsAgainst } from "../call.ts";
import type { Call, Outcome, Send } from "../call.ts";
import { classifyNetworkError, classifyResponseHead, isEmptySuccess } from "./classify.ts";
import type { Headers } from "./classify.ts";
import type { CancelTimer, Clock, WallClock } from "../clock.ts";
import type { Connection, ConnectionUser } from "./connection.ts";
import type { Deadline, EndCause, EndListener } from "../deadline.ts";
import { readAnswer } from "./read-answer.ts";
import { RETURN_TRIP_MS, requestHeaders } from "./request-headers.ts";
import type { Telemetry } from "../telemetry.ts";

/** Interim (1xx) responses after which an upstream is taken to be flooding rather than answering. */
const MAX_INTERIM_RESPONSES = 16;

/**
 * The body of an answer that its head already decided is read only so that its connection can serve again: for no more than a new
 * connection with its TLS handshake would cost. Over so many bytes, or after so many ms, the connection is given up instead.
 */
const DRAIN_BYTES = 65_536;
const DRAIN_MS = 50;

const TOO_LATE_TO_ASK = {
  kind: "timeout",
  phase: "queue",
  reason: `less than ${RETURN_TRIP_MS} ms were left to ask in`,
} as const;

export type AttemptOptions = {
  readonly upstream: string;
  readonly addresses: Addresses;
  /** Larger bodies are `invalid`, bytes. */
  readonly maxResponseBytes: number;
  readonly clock: Clock;
  readonly today: WallClock;
  readonly telemetry: Telemetry;
};

/** The innermost `Send`: one exchange with the upstream over one socket. */
export function attempt(options: AttemptOptions): Send {
  return (call) => {
    if (call.deadline.ended !== undefined) return Promise.resolve(endedOutcome(call, call.deadline.ended));
    // What no upstream could answer in time would say nothing about it, and must not open its breaker for everybody else.
    if (call.deadline.remainingMs() <= RETURN_TRIP_MS) return Promise.resolve(failed(call, TOO_LATE_TO_ASK));
    return new Promise((resolve) => {
      new Exchange(options, call, resolve).begin();
    });
  };
}

/**
 * One request and its response, as undici dispatches it. Settles exactly once, with the first of: an outcome read from the
 * response, a network error, the end of the deadline (which destroys the socket).
 */
class Exchange implements Dispatcher.DispatchHandler, EndListener, ConnectionUser {
  readonly deadline: Deadline;
  readonly #options: AttemptOptions;
  readonly #call: Call;
  readonly #address: Address;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #startedAt: number;
  readonly #spanId: string;
  #connection: Connection | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #settled = false;
  #status: number | undefined;
  #headers: Headers = {};
  /** The outcome that the status and headers alone decide. */
  #decided: Outcome | undefined;
  #stopDraining: CancelTimer | undefined;
  readonly #body = new BodyBuffer();
  #interimResponses = 0;

  constructor(options: AttemptOptions, call: Call, resolve: (outcome: Outcome) => void) {
    this.deadline = call.deadline;
    this.#options = options;
    this.#call = call;
    this.#address = options.addresses.pick(call.progress.address);
    this.#resolve = resolve;
    this.#startedAt = options.clock.now();
    this.#spanId = call.scope.request.newSpanId();
  }

  begin(): void {
    const { operation, target, body, progress, scope } = this.#call;
    progress.phase = "connect";
    progress.address = this.#address;
    scope.request.upstreamCalls += 1;
    this.deadline.add(this);
    try {
      this.#address.pool.dispatch(
        {
          path: target,
          method: operation.method,
          headers: requestHeaders(this.#call, this.#spanId),
          body: body ?? null,
          // One deadline rules: undici's own timers are coarse, and would be two more.
          headersTimeout: 0,
          bodyTimeout: 0,
        },
        this,
      );
    } catch (error) {
      this.#networkError(error);
    }
  }

  onConnection(connection: Connection): void {
    this.#connection = connection;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#connection?.forgetUser();
    if (this.#settled) {
      // The deadline ended while the socket was still being opened.
      controller.abort(new Error("the call has ended"));
      return;
    }
    this.#controller = controller;
    this.#call.progress.phase = "headers";
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (this.#settled) return;
    if (status < 200) {
      this.#interimResponses += 1;
      if (this.#interimResponses > MAX_INTERIM_RESPONSES) this.#breach("headers", "a flood of 1xx responses");
      return;
    }
    this.#call.progress.phase = "body";
    this.#status = status;
    this.#headers = headers;
    if (status === 304 && this.#call.validators !== undefined) {
      const response = { status, headers, body: Buffer.alloc(0) };
      this.#decided = { ok: true, value: undefined, response, stale: undefined };
      return;
    }
    if (isEmptySuccess(status, headers, this.#call.operation.empty)) {
      this.#drain({ ok: true, value: undefined, response: undefined, stale: undefined });
      return;
    }
    const failure = classifyResponseHead(status, headers, this.#options);
    if (failure !== undefined) this.#drain(failed(this.#call, failure));
  }

  #drain(decided: Outcome): void {
    this.#decided = decided;
    const end = (): void => this.#abortWith(decided);
    if (Number(this.#headers["content-length"]) > DRAIN_BYTES) end();
    else this.#stopDraining = this.#options.clock.setTimer(DRAIN_MS, end);
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return;
    const { maxResponseBytes } = this.#options;
    if (this.#decided !== undefined) {
      this.#body.skip(chunk);
      if (this.#body.length > DRAIN_BYTES) this.#abortWith(this.#decided);
    } else if (this.#body.length + chunk.length > maxResponseBytes) {
      this.#breach("body", `a body of more than ${maxResponseBytes} bytes`);
    } else {
      this.#body.append(chunk);
      if (this.#body.pieces > MAX_PIECES) this.#breach("body", `a body in more than ${MAX_PIECES} pieces`);
    }
  }

  onResponseEnd(): void {
    if (!this.#settled) this.#settle(this.#decided ?? this.#readAnswer());
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#connection?.forgetUser();
    if (!this.#settled) this.#networkError(error);
  }

  onRequestUpgrade(): void {
    this.#breach("headers", "an upgrade that nobody asked for");
  }

  /** The call's deadline ended: destroy the socket, whatever it is doing. */
  onEnd(cause: EndCause): void {
    if (!this.#settled) this.#abortWith(this.#decided ?? endedOutcome(this.#call, cause));
  }

  #readAnswer(): Outcome {
    const body = this.#body.bytes();
    return readAnswer(this.#call, { status: this.#status ?? 0, headers: this.#headers, body }, this.#options);
  }

  #networkError(error: unknown): void {
    const { phase } = this.#call.progress;
    const cut = this.#connection?.endedByPeer === true;
    const reusedSocket = phase === "headers" && this.#connection?.silentSinceReuse === true;
    this.#settle(this.#decided ?? failed(this.#call, classifyNetworkError(error, phase, cut), reusedSocket));
  }

  /** The upstream sent what it must not, and goes on sending. */
  #breach(phase: "headers" | "body", reason: string): void {
    const details = { kind: "invalid", phase, status: this.#status, reason } as const;
    this.#abortWith(this.#decided ?? failed(this.#call, details));
  }

  #abortWith(outcome: Outcome): void {
    this.#settle(outcome);
    this.#controller?.abort(new Error("the call has ended"));
  }

  #settle(outcome: Outcome): void {
    this.#settled = true;
    this.#body.clear();
    this.#stopDraining?.();
    this.deadline.remove(this);
    const { addresses, clock, telemetry, upstream } = this.#options;
    const bad = tellsAgainst(outcome);
    if (bad === true) addresses.failed(this.#address);
    else if (bad === false) addresses.succeeded(this.#address);
    const event: AttemptEvent = {
      upstream,
      operation: this.#call.operation.name,
      outcome: outcome.ok ? "ok" : outcome.error.kind,
      status: this.#status,
      startedAt: this.#startedAt,
      durationMs: clock.now() - this.#startedAt,
      spanId: this.#spanId,
      method: this.#call.operation.method,
      address: this.#address.origin,
    };
    this.#call.scope.request.attempts.push(event);
    telemetry.emit("attempt", event);
    this.#resolve(outcome);
  }
}
