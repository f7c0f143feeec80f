import { InvalidCallError } from "./errors.ts";

/** The body did not keep to the contract: `field` is the JSON pointer of the first place that does not. */
export type Violation = { readonly field: string; readonly expected: string };

/**
 * What a validator makes of a parsed body: the answer, or where it breaks the contract. `unknownValues` lists the fields in which
 * an enum had a value that the contract does not know yet; the answer then says `unknown` there.
 */
export type Reading<Answer> =
  | { readonly ok: true; readonly value: Answer; readonly unknownValues?: readonly string[] }
  | { readonly ok: false; readonly violation: Violation };

/** One operation of a domain service, as its contract describes it. Made once, at start-up. */
export type Operation<Answer> = {
  /** The contract's `operationId`: a label of metrics and logs. */
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** A template such as `/orders/{orderId}/cancel`. */
  readonly path: string;
  /** Checks the parsed body against the contract. */
  readonly read: (body: unknown) => Reading<Answer>;
  /**
   * For every method but GET: the service executes one `Idempotency-Key` once. Such a call must carry a key, and only such a call may
   * ever be sent again. A PUT or a DELETE without a key may not, though HTTP calls it idempotent (RFC 9110, section 9.2.2): sent
   * late, a second PUT undoes what somebody else wrote in between, and a second DELETE answers that there is nothing to delete.
   */
  readonly idempotent?: boolean;
  /** What the body is sent as: JSON of some kind, such as `application/merge-patch+json`. Default `application/json`. */
  readonly bodyType?: string;
  /**
   * Successes without a body, which are answered as undefined. `may`: beside JSON (204, 205, or no content). `must`: the contract knows of no
   * body, so what a success brings is not read. Default: a body is due, and a success without one is invalid.
   */
  readonly empty?: "may" | "must";
  /**
   * For a GET whose answers may be kept for as long as the service says: `perUser` for the one who asked, `shared` for everyone.
   * Declare `shared` only where the answer does not depend on who asks. Default: nothing is kept.
   */
  readonly cache?: "shared" | "perUser";
  /** For a GET: a second attempt may be started beside one that is slower than the upstream's own 95th percentile. Default false. */
  readonly hedge?: boolean;
  /** Names of the query parameters whose list becomes a pair for each item (OpenAPI `style: form, explode: true`): `a=1&a=2`. */
  readonly repeated?: readonly string[];
};

/**
 * Query values: a list becomes one comma-separated value (OpenAPI `style: form, explode: false`), unless the operation names it
 * as `repeated`; undefined is left out.
 */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** What one call adds to its operation. */
export type CallInput = {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** 8 to 128 visible ASCII characters. */
  readonly idempotencyKey?: string;
};

const PATH_PARAMETER = /^[A-Za-z0-9_-]{1,64}$/;
const TEMPLATE_PARAMETER = /\{([^}]+)\}/g;
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{8,128}$/;

/**
 * An operation's path, taken apart once.
 *
 * A parameter's value must match `^[A-Za-z0-9_-]{1,64}$`, so no value can add a segment, climb one, or name another host.
 */
export class PathTemplate {
  readonly #operation: string;
  /** Literal, name, literal, name, …, literal. */
  readonly #parts: readonly string[];
  readonly #repeated: readonly string[];

  constructor({ name, path, repeated = [] }: Operation<unknown>) {
    this.#operation = name;
    this.#repeated = repeated;
    this.#parts = path.split(TEMPLATE_PARAMETER);
  }

  /**
   * Fills the template and appends the query.
   * @throws InvalidCallError naming the parameter, when a value is missing or does not match
   */
  target(input: CallInput): string {
    let path = this.#parts[0] ?? "";
    for (let index = 1; index < this.#parts.length; index += 2) {
      path += this.#checked(this.#parts[index] ?? "", input) + (this.#parts[index + 1] ?? "");
    }
    const query = input.query === undefined ? "" : queryString(input.query, this.#repeated);
    return query === "" ? path : `${path}?${query}`;
  }

  #checked(name: string, input: CallInput): string {
    const value = input.path?.[name];
    if (typeof value === "string" && PATH_PARAMETER.test(value)) return value;
    throw new InvalidCallError(
      `${this.#operation}: path parameter ${name} must match ${PATH_PARAMETER.source}, got ${describe(value)}`,
    );
  }
}

/** @throws InvalidCallError when the operation needs a key and has none, has one and needs none, or a malformed one */
export function checkedIdempotencyKey(
  operation: Operation<unknown>,
  key: string | undefined,
): string | undefined {
  if (operation.idempotent !== true) {
    if (key === undefined) return undefined;
    throw new InvalidCallError(
      `${operation.name}: it is not declared idempotent, so a key would promise too much`,
    );
  }
  if (key !== undefined && IDEMPOTENCY_KEY.test(key)) return key;
  throw new InvalidCallError(
    `${operation.name}: it is declared idempotent, so it needs an idempotencyKey of 8 to 128 visible ASCII characters`,
  );
}

function queryString(query: Query, repeated: readonly string[]): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    const items = typeof value === "object" ? value : [String(value)];
    // toWellFormed: encodeURIComponent throws on a lone surrogate.
    const texts = items.map((item) => encodeURIComponent(item.toWellFormed()));
    const values = repeated.includes(name) ? texts : [texts.join(",")];
    pairs.push(...values.map((text) => `${encodeURIComponent(name)}=${text}`));
  }
  return pairs.join("&");
}

function describe(value: unknown): string {
  if (typeof value !== "string") return value === undefined ? "nothing" : typeof value;
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}
