import type { Dispatcher } from "undici";
import { endedOutcome, failed, healthOf } from "../call.ts";
import type { Call, Done, Outcome, Success } from "../call.ts";
import type { CancelTimer, Clock } from "../clock.ts";
import type { EndCause, EndListener } from "../deadline.ts";
import { BinaryAnswer } from "../dialect/binary-answer.ts";
import { inflated } from "../dialect/inflate.ts";
import { MultipartBody } from "../dialect/multipart.ts";
import type { StatusOutcomes } from "../dialect/statuses.ts";
import type { Strictness } from "../dialect/strictness.ts";
import type { FailureDetails, Phase } from "../errors.ts";
import type { AttemptEvent, AttemptKind, Telemetry } from "../events.ts";
import { Stopwatch } from "../trace.ts";
import type { Address, Addresses } from "./addresses.ts";
import { BodyBuffer, MAX_PIECES, readAnswer } from "./body.ts";
import { classifyNetworkError, classifyResponseHead, isEmptySuccess } from "./classify.ts";
import type { ReceivedHeaders } from "../dialect/headers.ts";
import type { Connection } from "./connection.ts";
import { pathAt } from "./request-headers.ts";
import type { RequestHeaders } from "./request-headers.ts";

/** With more interim (1xx) responses than this, the upstream is flooding us and not answering. */
const MAX_INTERIM_RESPONSES = 16;

/**
 * When the head of an answer decides the outcome, its body is read only so that the connection can
 * be used again. Beyond these limits the connection is closed: a new one, with TLS, costs about as
 * much.
 */
const DRAIN_BYTES = 65_536;
const DRAIN_MS = 50;

/** What the exchanges of one upstream share. */
export type ExchangeOptions = {
  readonly upstream: string;
  readonly addresses: Addresses;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly maxResponseBytes: number;
  readonly maxStreamBytes: number;
  readonly headers: RequestHeaders;
  readonly strictness: Strictness;
  readonly statuses: StatusOutcomes | undefined;
  readonly acceptEncoding: "gzip" | undefined;
};

/**
 * One request and its response, as a handler of undici's dispatch. It settles exactly once, with
 * what comes first: an outcome read from the response, a network error, or the end of the deadline,
 * which destroys the socket. A handler of our own needs none of the streams that `undici.request`
 * makes.
 */
export class Exchange implements Dispatcher.DispatchHandler, EndListener {
  readonly #options: ExchangeOptions;
  readonly #call: Call;
  readonly #address: Address;
  readonly #done: Done;
  readonly #startedAt: number;
  readonly #spanId: string;
  readonly #connection: Connection;
  readonly #kind: AttemptKind;
  readonly #stopwatch: Stopwatch | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #settled = false;
  /** Whether no byte of a response has come. */
  #isSilent = true;
  #status: number | undefined;
  #headers: ReceivedHeaders = {};
  /** The answer that is streaming, and the outcome that it was given with. */
  #stream: BinaryAnswer | undefined;
  #streamed: Success | undefined;
  /** The outcome that status and headers have already decided. */
  #decided: Outcome | undefined;
  #stopDraining: CancelTimer | undefined;
  readonly #body = new BodyBuffer();
  #interimResponses = 0;

  constructor(options: ExchangeOptions, call: Call, done: Done) {
    this.#options = options;
    this.#call = call;
    this.#address = options.addresses.pick(call.progress.address);
    this.#connection = this.#address.connections.take();
    this.#done = done;
    this.#startedAt = options.clock.now();
    this.#spanId = call.scope.request.newSpanId();
    this.#kind = kindOf(call);
    if (call.trace !== undefined) this.#stopwatch = new Stopwatch(call.trace, call.deadline, this.#startedAt);
  }

  begin(): void {
    const { operation, body, progress, scope, deadline } = this.#call;
    progress.phase = "connect";
    progress.address = this.#address;
    scope.request.upstreamCalls += 1;
    deadline.add(this);
    try {
      this.#connection.dispatch(
        {
          path: pathAt(this.#address, this.#call),
          method: operation.method,
          headers: this.#options.headers(this.#call, this.#spanId),
          body: body instanceof MultipartBody ? body.stream() : (body ?? null),
          // Our deadline is the only timer. undici's own are coarse, and two more per call.
          headersTimeout: 0,
          bodyTimeout: 0,
        },
        this,
      );
    } catch (error) {
      this.#networkError(error);
      this.#connection.giveUp();
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#settled) {
      // The deadline ended while the socket was still being opened.
      controller.abort(new Error("the call has ended"));
      return;
    }
    this.#controller = controller;
    this.#stopwatch?.connected(this.#options.clock.now());
    this.#call.progress.phase = "headers";
  }

  onResponseStarted(): void {
    this.#isSilent = false;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: ReceivedHeaders): void {
    if (this.#settled) return;
    if (status < 200) {
      this.#interimResponses += 1;
      if (this.#interimResponses > MAX_INTERIM_RESPONSES) this.#breach("headers", "a flood of 1xx responses");
      return;
    }
    this.#call.progress.phase = "body";
    this.#stopwatch?.answered(this.#options.clock.now());
    this.#status = status;
    this.#headers = headers;
    if (status === 304 && this.#call.validators !== undefined) {
      const response = { status, headers, body: Buffer.alloc(0) };
      this.#decided = { ok: true, value: undefined, response, stale: undefined };
      return;
    }
    if (isEmptySuccess(status, headers, this.#call.operation.empty))
      return this.#drain(this.#withoutBody(undefined));
    const { answerTypes } = this.#call.operation;
    const failure = classifyResponseHead(status, headers, this.#options, answerTypes);
    const told = this.#call.tellsHeaders === true ? { headers } : undefined;
    if (failure !== undefined) this.#drain({ ...failed(this.#call, failure), ...told });
    else if (answerTypes !== undefined) this.#startStream();
  }

  /** The answer is given with its head; the exchange ends with its last byte. */
  #startStream(): void {
    this.#stream = new BinaryAnswer(this.#headers, {
      read: () => this.#controller?.resume(),
      abandon: () => {
        if (!this.#settled) this.#abortWith(endedOutcome(this.#call, "abandoned"));
      },
    });
    this.#streamed = this.#withoutBody(this.#stream);
    this.#done(this.#streamed);
  }

  /** A success whose body is not read here. */
  #withoutBody(value: BinaryAnswer | undefined): Success {
    const head = { status: this.#status ?? 0, headers: this.#headers, body: Buffer.alloc(0) };
    const response = this.#call.tellsHeaders === true ? head : undefined;
    return { ok: true, value, response, stale: undefined };
  }

  /** Reads the rest of the body away, so that the connection can be used again. */
  #drain(decided: Outcome): void {
    this.#decided = decided;
    const end = (): void => this.#abortWith(decided);
    if (Number(this.#headers["content-length"]) > DRAIN_BYTES) end();
    else this.#stopDraining = this.#options.clock.setTimer(DRAIN_MS, end);
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return;
    const { maxResponseBytes, maxStreamBytes } = this.#options;
    if (this.#stream !== undefined) {
      this.#body.skip(chunk);
      if (this.#body.length > maxStreamBytes)
        this.#breach("body", `a body of more than ${maxStreamBytes} bytes`);
      else if (!this.#stream.body.push(chunk)) this.#controller?.pause();
    } else if (this.#decided !== undefined) {
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
    this.#address.connections.release(this.#connection);
    if (!this.#settled) this.#settle(this.#decided ?? this.#streamed ?? this.#readAnswer());
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (!this.#settled) this.#networkError(error);
    this.#connection.giveUp();
  }

  onRequestUpgrade(): void {
    this.#breach("headers", "an upgrade that was not asked for");
  }

  /** The call's deadline ended: destroys the socket, whatever it is doing. */
  onEnd(cause: EndCause): void {
    if (!this.#settled) this.#abortWith(this.#decided ?? endedOutcome(this.#call, cause));
  }

  #readAnswer(): Outcome {
    const headers = this.#headers;
    const status = this.#status ?? 0;
    const came = this.#body.bytes();
    const body =
      headers["content-encoding"] === undefined ? came : inflated(came, this.#options.maxResponseBytes);
    if (typeof body !== "string") return readAnswer(this.#call, { status, headers, body }, this.#options);
    return failed(this.#call, { kind: "invalid", phase: "body", status, reason: body });
  }

  #networkError(error: unknown): void {
    const { phase } = this.#call.progress;
    const { endedByPeer, hasServed } = this.#connection;
    // Most likely the upstream closed an idle connection just as we used it (RFC 9112, section
    // 9.5), which says nothing about its health.
    const reusedSocket = phase === "headers" && this.#isSilent && hasServed;
    const { body } = this.#call;
    const broken = body instanceof MultipartBody ? body.sourceError : undefined;
    const failure =
      broken === undefined ? classifyNetworkError(error, phase, endedByPeer) : unreadable(phase, broken);
    this.#settle(this.#decided ?? failed(this.#call, failure, reusedSocket));
  }

  /** The upstream sent something that it must not send, and may go on sending. */
  #breach(phase: "headers" | "body", reason: string): void {
    const details = { kind: "invalid", phase, status: this.#status, reason } as const;
    this.#abortWith(this.#decided ?? failed(this.#call, details));
  }

  #abortWith(outcome: Outcome): void {
    this.#settle(outcome);
    const reason = new Error("the call has ended");
    if (this.#controller === undefined) this.#connection.stopConnecting(reason);
    else this.#controller.abort(reason);
  }

  #settle(outcome: Outcome): void {
    this.#settled = true;
    this.#body.clear();
    this.#stopDraining?.();
    this.#call.deadline.remove(this);
    const { addresses, clock, telemetry, upstream } = this.#options;
    const { scope, operation } = this.#call;
    const endedAt = clock.now();
    const timing = this.#stopwatch?.ended(endedAt, this.#body.length);
    const health = healthOf(outcome);
    if (health === "answered") addresses.succeeded(this.#address);
    else if (health !== undefined)
      addresses.failed(this.#address, health === "unreachable" ? undefined : scope.request.caller.userId);
    const event: AttemptEvent = {
      upstream,
      operation: operation.name,
      kind: this.#kind,
      outcome: outcome.ok ? "ok" : outcome.error.kind,
      status: this.#status,
      startedAt: this.#startedAt,
      durationMs: endedAt - this.#startedAt,
      spanId: this.#spanId,
      method: operation.method,
      address: this.#address.origin,
      rejection: outcome.ok ? undefined : outcome.error.rejection,
      timing,
    };
    scope.request.attempts.push(event);
    telemetry.emit("attempt", event);
    if (this.#stream === undefined) this.#done(outcome);
    else this.#stream.received(outcome.ok ? undefined : outcome.error);
  }
}

/** What was to be sent could not be read, which is not the upstream's fault. */
function unreadable(phase: Phase, cause: Error): Omit<FailureDetails, "upstream" | "operation"> {
  return { kind: "abandoned", phase, reason: "a file to be sent could not be read", cause };
}

/** A hedge's second attempt may not be retried, and a retry knows where the last one went. */
function kindOf({ mayRetry, progress }: Call): AttemptKind {
  if (!mayRetry) return "hedge";
  return progress.address === undefined ? "first" : "retry";
}
