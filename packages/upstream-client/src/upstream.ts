import { Pool } from "undici";
import { attempt } from "./attempt.ts";
import type { Call, Send, Wrapper } from "./call.ts";
import { Connector } from "./connector.ts";
import type { CallScope } from "./context.ts";
import type { UpstreamEvents } from "./events.ts";
import { oncePerRequest } from "./once-per-request.ts";
import { checkedIdempotencyKey, targetOf } from "./operation.ts";
import type { CallInput, Operation } from "./operation.ts";

export type UpstreamOptions = {
  /** The domain service's name: in errors, logs and metrics. */
  readonly name: string;
  /** Its origin, such as `http://127.0.0.1:9001`. */
  readonly origin: string;
  /** Calls in flight at once, each on a socket of its own. Default 64. */
  readonly maxConcurrent?: number;
  /** Larger answers are `invalid`, bytes. Default 1 MiB. */
  readonly maxResponseBytes?: number;
  readonly events?: UpstreamEvents;
};

const DEFAULT_MAX_CONCURRENT = 64;
const DEFAULT_MAX_RESPONSE_BYTES = 1_048_576;

/** A domain service, called over HTTP with every protection on. One per service, made at start-up. */
export class Upstream {
  readonly name: string;
  readonly #pool: Pool;
  readonly #send: Send;

  constructor(options: UpstreamOptions) {
    this.name = options.name;
    const connector = new Connector();
    this.#pool = new Pool(options.origin, {
      connections: options.maxConcurrent ?? DEFAULT_MAX_CONCURRENT,
      pipelining: 1,
      connect: connector.connect,
    });
    this.#send = stack(
      [oncePerRequest()],
      attempt({
        upstream: options.name,
        pool: this.#pool,
        connector,
        maxResponseBytes: options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES,
        events: options.events ?? {},
      }),
    );
  }

  /**
   * Makes one call for a section of a screen.
   *
   * @returns the answer, parsed and checked against the contract; it may be shared, so treat it as read-only
   * @throws UpstreamError when the upstream fails, in one of the family's kinds
   * @throws InvalidCallError before anything is sent, when a parameter must not be
   */
  async call<Answer>(operation: Operation<Answer>, scope: CallScope, input: CallInput = {}): Promise<Answer> {
    const outcome = await this.#send(this.#callOf(operation, scope, input));
    if (!outcome.ok) throw outcome.error;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the stack carries the answers of all operations; this one was made by this operation's `read`
    return outcome.value as Answer;
  }

  #callOf(operation: Operation<unknown>, scope: CallScope, input: CallInput): Call {
    const target = targetOf(operation, input);
    return {
      upstream: this.name,
      operation,
      target,
      body: input.body === undefined ? undefined : JSON.stringify(input.body),
      idempotencyKey: checkedIdempotencyKey(operation, input.idempotencyKey),
      scope,
      deadline: scope.deadline,
      key: `${this.name} ${scope.request.caller.userId} ${operation.method} ${target}`,
      progress: { phase: "queue" },
    };
  }

  /** Closes idle sockets at once and the others when their calls are done. */
  async close(): Promise<void> {
    await this.#pool.close();
  }
}

/** Wraps `innermost`: the first wrapper of the list is the outermost. */
function stack(wrappers: readonly Wrapper[], innermost: Send): Send {
  return wrappers.reduceRight<Send>((next, wrap) => wrap(next), innermost);
}
