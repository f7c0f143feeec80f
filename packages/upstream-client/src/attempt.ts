import type { Dispatcher } from "undici";
import { endedOutcome, failed } from "./call.ts";
import type { Call, Outcome, Send } from "./call.ts";
import type { Connector } from "./connector.ts";
import type { EndCause, EndListener } from "./deadline.ts";
import type { UpstreamEvents } from "./events.ts";
import { classifyNetworkError, classifyResponseHead } from "./classify.ts";
import type { Headers } from "./classify.ts";

/** What an upstream needs to know to answer in time: what is left of the deadline, less this much for the way back, ms. */
const RETURN_TRIP_MS = 10;

/** Interim (1xx) responses after which an upstream is taken to be flooding rather than answering. */
const MAX_INTERIM_RESPONSES = 16;

export type AttemptOptions = {
  readonly upstream: string;
  readonly pool: Dispatcher;
  readonly connector: Connector;
  /** Larger bodies are `invalid`, bytes. */
  readonly maxResponseBytes: number;
  readonly events: UpstreamEvents;
};

/** The innermost `Send`: one exchange with the upstream over one socket. */
export function attempt(options: AttemptOptions): Send {
  return (call) => {
    if (call.deadline.ended !== undefined) return Promise.resolve(endedOutcome(call, call.deadline.ended));
    return new Promise((resolve) => {
      new Exchange(options, call, resolve).begin();
    });
  };
}

/**
 * One request and its response, as undici dispatches it. Settles exactly once, with the first of: an outcome read from the
 * response, a network error, the end of the deadline (which destroys the socket).
 */
class Exchange implements Dispatcher.DispatchHandler, EndListener {
  readonly #options: AttemptOptions;
  readonly #call: Call;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #startedAt: number;
  #controller: Dispatcher.DispatchController | undefined;
  #settled = false;
  #status: number | undefined;
  /** The outcome that the status and headers alone decide; its body is still read to the end, to keep the socket. */
  #decided: Outcome | undefined;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #interimResponses = 0;

  constructor(options: AttemptOptions, call: Call, resolve: (outcome: Outcome) => void) {
    this.#options = options;
    this.#call = call;
    this.#resolve = resolve;
    this.#startedAt = call.scope.request.clock.now();
  }

  begin(): void {
    const { operation, target, body, deadline, progress, scope } = this.#call;
    progress.phase = "connect";
    scope.request.upstreamCalls += 1;
    deadline.add(this);
    try {
      this.#options.connector.whileDispatching(deadline, () =>
        this.#options.pool.dispatch(
          {
            path: target,
            method: operation.method,
            headers: this.#headers(),
            body: body ?? null,
            // One deadline rules: undici's own timers are coarse, and would be two more.
            headersTimeout: 0,
            bodyTimeout: 0,
          },
          this,
        ),
      );
    } catch (error) {
      this.#settle(failed(this.#call, classifyNetworkError(error, this.#call.progress.phase)));
    }
  }

  #headers(): string[] {
    const { scope, deadline, body, idempotencyKey } = this.#call;
    const timeoutMs = Math.max(1, Math.floor(deadline.remainingMs() - RETURN_TRIP_MS));
    const headers = [
      ...scope.request.headers,
      "traceparent",
      scope.request.traceparent(),
      "x-request-timeout-ms",
      String(timeoutMs),
    ];
    if (body !== undefined) headers.push("content-type", "application/json");
    if (idempotencyKey !== undefined) headers.push("idempotency-key", idempotencyKey);
    return headers;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
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
      if (this.#interimResponses > MAX_INTERIM_RESPONSES) {
        this.#abortWith(
          failed(this.#call, { kind: "invalid", phase: "headers", reason: "a flood of 1xx responses" }),
        );
      }
      return;
    }
    this.#call.progress.phase = "body";
    this.#status = status;
    const failure = classifyResponseHead(status, headers, this.#options.maxResponseBytes);
    if (failure !== undefined) this.#decided = failed(this.#call, failure);
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return;
    this.#bytes += chunk.length;
    if (this.#bytes > this.#options.maxResponseBytes) {
      const reason = `a body of more than ${this.#options.maxResponseBytes} bytes`;
      this.#abortWith(
        this.#decided ?? failed(this.#call, { kind: "invalid", phase: "body", status: this.#status, reason }),
      );
    } else if (this.#decided === undefined) {
      this.#chunks.push(chunk);
    }
  }

  onResponseEnd(): void {
    if (!this.#settled) this.#settle(this.#decided ?? this.#readBody());
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.#settled) return;
    this.#settle(this.#decided ?? failed(this.#call, classifyNetworkError(error, this.#call.progress.phase)));
  }

  onRequestUpgrade(): void {
    this.#abortWith(
      failed(this.#call, { kind: "invalid", phase: "headers", reason: "an upgrade that nobody asked for" }),
    );
  }

  /** The call's deadline ended: destroy the socket, whatever it is doing. */
  onEnd(cause: EndCause): void {
    if (!this.#settled) this.#abortWith(this.#decided ?? endedOutcome(this.#call, cause));
  }

  #readBody(): Outcome {
    const [first, ...rest] = this.#chunks;
    const bytes = first === undefined || rest.length > 0 ? Buffer.concat(this.#chunks, this.#bytes) : first;
    this.#chunks = [];
    const invalid = { kind: "invalid", phase: "body", status: this.#status } as const;
    let body: unknown;
    try {
      body = JSON.parse(bytes.toString("utf8"));
    } catch {
      // The parser's message quotes the body, which may hold personal data: it goes nowhere.
      return failed(this.#call, { ...invalid, reason: `a body of ${bytes.length} bytes that is not JSON` });
    }
    const reading = this.#call.operation.read(body);
    if (!reading.ok) {
      const { field, expected } = reading.violation;
      return failed(this.#call, {
        ...invalid,
        reason: `it broke its contract at ${field || "/"}: ${expected}`,
      });
    }
    for (const field of reading.unknownValues ?? []) {
      this.#options.events.unknownValue?.({
        upstream: this.#options.upstream,
        operation: this.#call.operation.name,
        field,
      });
    }
    return { ok: true, value: reading.value };
  }

  #abortWith(outcome: Outcome): void {
    this.#settle(outcome);
    this.#controller?.abort(new Error("the call has ended"));
  }

  #settle(outcome: Outcome): void {
    this.#settled = true;
    this.#chunks = [];
    const { deadline, operation, scope } = this.#call;
    deadline.remove(this);
    this.#options.events.attempt?.({
      upstream: this.#options.upstream,
      operation: operation.name,
      outcome: outcome.ok ? "ok" : outcome.error.kind,
      status: this.#status,
      durationMs: scope.request.clock.now() - this.#startedAt,
    });
    this.#resolve(outcome);
  }
}
