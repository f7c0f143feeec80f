import { channel } from "node:diagnostics_channel";
import { CacheStore } from "./cache/store.ts";
import type { Call, Outcome, Send, Success } from "./call.ts";
import { systemClock } from "./clock.ts";
import type { CallScope } from "./context.ts";
import { BinaryAnswer } from "./dialect/binary-answer.ts";
import { headerParameters, tellHeaders } from "./dialect/headers.ts";
import type { Ids } from "./dialect/ids.ts";
import { isRepeatableBody, requestBody } from "./dialect/request-body.ts";
import { UpstreamError } from "./errors.ts";
import { Telemetry } from "./events.ts";
import { PathTemplate, checkedIdempotencyKey, noteOf } from "./operation.ts";
import type { CallInput, Operation, Violation } from "./operation.ts";
import type { UpstreamOptions } from "./options.ts";
import { composeStack } from "./stack.ts";
import { CallTrace } from "./trace.ts";
import { openAddresses } from "./wire/addresses.ts";
import type { Addresses } from "./wire/addresses.ts";
import { rememberingLookup } from "./wire/lookup.ts";
import { connectorOf } from "./wire/connector.ts";

/** For development: each answer, which a subscriber may replace by one that tells what is read. */
const ANSWERS = channel("triptych.upstream.answer");

/**
 * A domain service, called over HTTP under all rules of the stack. Made once per service, at
 * start-up.
 */
export class Upstream {
  readonly name: string;
  readonly #addresses: Addresses;
  readonly #store: CacheStore;
  readonly #send: Send;
  readonly #ids: Ids;
  readonly #templates = new WeakMap<Operation<unknown>, PathTemplate>();

  /**
   * @throws TypeError when there is no address, an address or the Redis URL is not one, or the
   * dialect asks for what cannot be sent
   */
  constructor(options: UpstreamOptions) {
    const { name, clock = systemClock, random = Math.random } = options;
    this.name = name;
    this.#ids = options.ids ?? "plain";
    const telemetry = new Telemetry(options.events);
    const parts = { upstream: name, clock, random, telemetry };
    const { authenticate, tls, http2 = false } = options;
    const sockets = { clock, lookup: rememberingLookup(clock, options.lookup) };
    const open = connectorOf({ tls, http2 }, sockets);
    // A token endpoint is another service: a public one, or one of the same authority.
    const forTokens = authenticate && connectorOf({ tls }, { ...sockets, trustsSystem: true });
    this.#addresses = openAddresses(originsOf(options), { ...parts, open, http2 });
    this.#store = new CacheStore(options.cache ?? {}, { ...parts, strictness: options });
    const shared = { ...parts, addresses: this.#addresses, store: this.#store };
    this.#send = composeStack(options, { ...shared, open: forTokens ?? open });
  }

  /**
   * Makes one call for a section of a screen. If a stale answer replaces a failed one, the scope
   * notes it, and also if items were left out of a list.
   *
   * @returns the answer, parsed and checked against the contract. Sections may share it, so it is
   * read-only
   * @throws UpstreamError when the upstream fails; `kind` says how
   * @throws InvalidCallError when the input must not be sent; then nothing is sent
   */
  call<Answer>(operation: Operation<Answer>, scope: CallScope, input: CallInput = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const call = this.#callOf(operation, scope, input);
      this.#send(call, (outcome) => {
        if (call.trace !== undefined) endTrace(call.trace, outcome, scope);
        if (input.answerHeaders !== undefined) {
          const headers = outcome.ok ? outcome.response?.headers : outcome.headers;
          tellHeaders(headers ?? {}, input.answerHeaders);
        }
        if (!outcome.ok) return reject(outcome.error);
        this.#note(outcome, operation, scope);
        const value = ANSWERS.hasSubscribers ? this.#shown(outcome.value, operation, scope) : outcome.value;
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the stack carries answers of all operations; this one comes from this operation's `read`
        resolve(value as Answer);
      });
    });
  }

  /** Tells the scope in what its answer is not as it should be. */
  #note({ stale, value }: Success, operation: Operation<unknown>, scope: CallScope): void {
    if (stale !== undefined) scope.usedStale(stale);
    const invalid = (said: string, { field, expected }: Violation): UpstreamError => {
      const reason = `${said} ${field || "/"}: ${expected}`;
      return new UpstreamError({ kind: "invalid", upstream: this.name, operation: operation.name, reason });
    };
    const leftOut = noteOf(value, "leftOut");
    if (leftOut !== undefined) scope.lacks(invalid("items were left out, the first at", leftOut));
    const broken = noteOf(value, "broken");
    if (broken !== undefined) scope.usedBroken(invalid("it broke its contract at", broken));
  }

  /** The answer, or what a subscriber put in its place. */
  #shown(value: unknown, { name: operation }: Operation<unknown>, scope: CallScope): unknown {
    // A stream is for one reader: wrapped, it would not be one.
    if (value instanceof BinaryAnswer) return value;
    const { requestId } = scope.request.caller;
    const message = { upstream: this.name, operation, section: scope.section, requestId, value };
    ANSWERS.publish(message);
    return message.value;
  }

  #callOf(operation: Operation<unknown>, scope: CallScope, input: CallInput): Call {
    const target = this.#template(operation).target(input);
    const { answerHeaders } = input;
    const body = requestBody(operation, input.body);
    const headers = input.headers && headerParameters(operation.name, operation.headers, input.headers);
    let key = `${this.name}\n${scope.request.callerKey}\n${operation.name}\n${target}`;
    // Only such calls share an answer whose headers were kept.
    if (answerHeaders !== undefined) key += "\n+headers";
    if (headers !== undefined) key += `\n${headers.join("\n")}`;
    return {
      upstream: this.name,
      operation,
      target,
      body,
      headers,
      tellsHeaders: answerHeaders !== undefined,
      idempotencyKey: checkedIdempotencyKey(operation, input.idempotencyKey),
      validators: undefined,
      scope,
      deadline: scope.deadline,
      key,
      mayRetry: isRepeatableBody(body),
      progress: { phase: "queue", address: undefined },
      trace: this.#traceOf(operation, scope),
    };
  }

  #traceOf({ name, method }: Operation<unknown>, scope: CallScope): CallTrace | undefined {
    const { traced } = scope.request;
    if (traced === undefined) return undefined;
    const { section, request } = scope;
    const startedAt = request.clock.now();
    const trace = new CallTrace({ section, upstream: this.name, operation: name, method, startedAt });
    traced.push(trace);
    return trace;
  }

  #template(operation: Operation<unknown>): PathTemplate {
    let template = this.#templates.get(operation);
    if (template === undefined) {
      template = new PathTemplate(operation, this.#ids);
      this.#templates.set(operation, template);
    }
    return template;
  }

  /** Closes idle sockets at once, and the others when their calls are done. */
  async close(): Promise<void> {
    await this.#addresses.close();
    await this.#store.close();
  }
}

function endTrace(trace: CallTrace, outcome: Outcome, { request }: CallScope): void {
  trace.durationMs = request.clock.now() - trace.startedAt;
  trace.outcome = outcome.ok ? "ok" : outcome.error.kind;
  if (!outcome.ok) trace.reason = outcome.error.message;
}

function originsOf({ name, addresses, origin }: UpstreamOptions): readonly string[] {
  if (addresses !== undefined && origin !== undefined) {
    throw new TypeError(`${name}: expected addresses or origin, got both; one address is a list of one`);
  }
  return addresses ?? (origin === undefined ? [] : [origin]);
}
