import { EXPECTED_SEGMENT, pathSegment } from "./dialect/ids.ts";
import { textOf } from "./dialect/form.ts";
import type { FormStyles } from "./dialect/form.ts";
import type { HeaderParameters } from "./dialect/headers.ts";
import type { Ids } from "./dialect/ids.ts";
import type { Strictness } from "./dialect/strictness.ts";
import { InvalidCallError } from "./errors.ts";

/** Where a body breaks the contract: `field` is the JSON pointer of the first such place. */
export type Violation = { readonly field: string; readonly expected: string };

/**
 * The result of checking a parsed body: the answer, or where it breaks the contract.
 * `unknownValues` lists the fields in which an enum had a value that the contract does not list;
 * the answer has `unknown` there. `broken` lists where an answer that is used anyway breaks it.
 */
export type Reading<Answer> =
  | {
      readonly ok: true;
      readonly value: Answer;
      readonly unknownValues?: readonly string[];
      readonly broken?: readonly Violation[];
    }
  | { readonly ok: false; readonly violation: Violation };

const LEFT_OUT: unique symbol = Symbol("what was left out");
const BROKEN: unique symbol = Symbol("what breaks the contract");

/** An answer with its notes. They survive sharing and the cache, and no screen sees them. */
type Noted = { readonly [LEFT_OUT]?: Violation; readonly [BROKEN]?: Violation };
type Note = "leftOut" | "broken";

/** Notes in an answer that items were left out of it, or that it breaks the contract. */
export function note(answer: unknown, what: Note, violation: Violation): void {
  if (isNoted(answer)) Object.defineProperty(answer, symbolOf(what), { value: violation });
}

/** The violation that was noted so in an answer; undefined if none was. */
export function noteOf(answer: unknown, what: Note): Violation | undefined {
  return isNoted(answer) ? answer[symbolOf(what)] : undefined;
}

function symbolOf(what: Note): typeof LEFT_OUT | typeof BROKEN {
  return what === "leftOut" ? LEFT_OUT : BROKEN;
}

function isNoted(answer: unknown): answer is Noted {
  return typeof answer === "object" && answer !== null;
}

/** One operation of a domain service, as its contract describes it. Made once, at start-up. */
export type Operation<Answer> = {
  /** The contract's `operationId`: a label of metrics and logs. */
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** A template such as `/orders/{orderId}/cancel`. */
  readonly path: string;
  /**
   * The beginning of `path` that an address with a base path of its own replaces: what the
   * contract's `servers` say. Default none.
   */
  readonly basePath?: string;
  /** Checks the parsed body against the contract. */
  readonly read: (body: unknown, strictness?: Strictness) => Reading<Answer>;
  /**
   * For every method but GET: the service executes a request once per `Idempotency-Key`. Calls of
   * such an operation must carry a key, and may be sent again. A PUT or DELETE without a key is
   * never sent again, although HTTP calls it idempotent (RFC 9110, section 9.2.2): a late second
   * PUT undoes what somebody else wrote in between.
   */
  readonly idempotent?: boolean;
  /**
   * The body's media type: some kind of JSON, such as `application/merge-patch+json`, or a form:
   * `application/x-www-form-urlencoded` or `multipart/form-data`. Default `application/json`.
   */
  readonly bodyType?: string;
  /** How members of a form body are written, where not in the usual way. */
  readonly formStyles?: FormStyles;
  /** The header parameters that a call may give. Default none. */
  readonly headers?: readonly string[];
  /**
   * Media types of an answer that is streamed and not read: a `BinaryAnswer`. It is never shared,
   * kept or hedged. Default: the answer is JSON.
   */
  readonly answerTypes?: readonly string[];
  /**
   * Whether a success may come without a body; the answer is then undefined. `may`: it may (204,
   * 205, or no content), or bring JSON. `must`: the contract has no body, so a body is not read. By
   * default a success without a body is invalid.
   */
  readonly empty?: "may" | "must";
  /**
   * For a GET whose answers may be kept for as long as the service says: `perUser` for the one who
   * asked, `shared` for everyone. Declare `shared` only where the answer does not depend on the
   * caller. By default nothing is kept.
   */
  readonly cache?: "shared" | "perUser";
  /**
   * For a GET: allows a second attempt beside one that is slower than the upstream's own 95th
   * percentile. Default false.
   */
  readonly hedge?: boolean;
  /**
   * Query parameters whose list becomes one pair per item, `a=1&a=2` (OpenAPI `style: form,
   * explode: true`).
   */
  readonly repeated?: readonly string[];
};

/**
 * Query values. A list becomes one comma-separated value (OpenAPI `style: form, explode: false`)
 * unless the operation names it in `repeated`. Undefined is left out.
 */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** What one call adds to its operation. */
export type CallInput = {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Query;
  /** Header parameters that the operation lists. Answers to different values are never shared. */
  readonly headers?: HeaderParameters;
  /** Sent as the operation's `bodyType`: as JSON, or an object as a form. */
  readonly body?: unknown;
  /**
   * Where to put the headers of the answer, also of one that is a failure, such as `Link`,
   * `Location` or what is left of a rate limit: `const headers = new Headers()`. Such a call is not
   * answered from the cache.
   */
  readonly answerHeaders?: Headers;
  /** 8 to 128 visible ASCII characters. */
  readonly idempotencyKey?: string;
};

/** What an idempotency key must match: 8 to 128 visible ASCII characters. */
export const IDEMPOTENCY_KEY = /^[\x21-\x7e]{8,128}$/;

const TEMPLATE_PARAMETER = /\{([^{}]+)\}/g;

/** An operation's path, split once. */
export class PathTemplate {
  readonly #operation: string;
  /** Literal, name, literal, name, …, literal. */
  readonly #parts: readonly string[];
  readonly #repeated: readonly string[];
  readonly #ids: Ids;

  constructor({ name, path, repeated = [] }: Operation<unknown>, ids: Ids) {
    this.#ids = ids;
    this.#operation = name;
    this.#repeated = repeated;
    this.#parts = path.split(TEMPLATE_PARAMETER);
  }

  /**
   * Fills in the template and appends the query.
   *
   * @throws InvalidCallError naming the parameter, when a value is missing or does not match
   */
  target(input: CallInput): string {
    let path = this.#parts[0] ?? "";
    for (let index = 1; index < this.#parts.length; index += 2) {
      path += this.#checked(this.#parts[index] ?? "", input) + (this.#parts[index + 1] ?? "");
    }
    const query = input.query === undefined ? "" : this.#queryString(input.query);
    return query === "" ? path : `${path}?${query}`;
  }

  #queryString(query: Query): string {
    const pairs: string[] = [];
    for (const [name, value] of Object.entries(query)) {
      if (value === undefined) continue;
      const items = typeof value === "object" ? value : [textOf(this.#operation, name, value)];
      // toWellFormed: encodeURIComponent throws on a lone surrogate.
      const texts = items.map((item) => encodeURIComponent(item.toWellFormed()));
      const values = this.#repeated.includes(name) ? texts : [texts.join(",")];
      pairs.push(...values.map((text) => `${encodeURIComponent(name)}=${text}`));
    }
    return pairs.join("&");
  }

  #checked(name: string, input: CallInput): string {
    const value = input.path?.[name];
    const segment = pathSegment(value, this.#ids);
    if (segment !== undefined) return segment;
    throw new InvalidCallError(
      `${this.#operation}: path parameter ${name} ${EXPECTED_SEGMENT[this.#ids]}, got ${describe(value)}`,
    );
  }
}

/**
 * The call's idempotency key, if its operation takes one.
 *
 * @throws InvalidCallError when the key is missing, malformed, or given to an operation that takes
 * none
 */
export function checkedIdempotencyKey(
  operation: Operation<unknown>,
  key: string | undefined,
): string | undefined {
  if (operation.idempotent !== true) {
    if (key === undefined) return undefined;
    throw new InvalidCallError(
      `${operation.name}: it is not declared idempotent, so it takes no idempotencyKey`,
    );
  }
  if (key !== undefined && IDEMPOTENCY_KEY.test(key)) return key;
  throw new InvalidCallError(
    `${operation.name}: it is declared idempotent, so it needs an idempotencyKey of 8 to 128 visible ASCII characters`,
  );
}

function describe(value: unknown): string {
  if (typeof value !== "string") return value === undefined ? "nothing" : typeof value;
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}
