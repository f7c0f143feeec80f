import { LRUCache } from "lru-cache";
import type { Clock } from "../clock.ts";
import { CredentialsError } from "./authentication.ts";
import type { AuthenticatedCall, Credentials, MadeCredentials } from "./authentication.ts";

/** What a call is sent with: headers, flat, or why there are none. */
export type Made =
  | { readonly ok: true; readonly headers: readonly string[] }
  | { readonly ok: false; readonly error: CredentialsError };

/** Calls the maker; it may throw. */
export type Make = (call: AuthenticatedCall) => MadeCredentials | Promise<MadeCredentials>;

/** Someone who waits for credentials; called once. */
export type Waiter = (made: Made) => void;

/**
 * Kept credentials are replaced this much before they expire, ms, or a tenth of their life if that
 * is shorter: the request takes time to arrive, and clocks differ.
 */
const EXPIRY_MARGIN_MS = 30_000;

/** Longer than a screen may wait: the credentials then serve the next request, ms. */
const LONGEST_MAKING_MS = 5_000;

/** After a failure calls fail at once for this time, ms: a token endpoint is not asked per call. */
const FAILURE_PAUSE_MS = 1_000;

/**
 * Credentials that replaced refused ones are not replaced again for this time, ms. Otherwise a
 * service that answers every call with 401 would double its load and the token endpoint's.
 */
const RENEWAL_PAUSE_MS = 10_000;

/** Callers whose credentials are kept. 10,000 tokens of 2 KB take 20 MB. */
const MAX_KEPT = 10_000;

type Kept = {
  readonly made: Made;
  /** On the clock, ms. */
  readonly until: number;
  /** When these replaced refused ones; undefined if they replaced none. */
  readonly renewedAt: number | undefined;
};

type Waiting = { readonly call: CallToMakeFor; readonly refused: Refused; readonly waiter: Waiter };

/** What a maker is told, but for the signal. */
export type CallToMakeFor = Omit<AuthenticatedCall, "signal">;
type Refused = readonly string[] | undefined;

/** Credentials by key, each made once at a time. */
export class CredentialStore {
  readonly #make: Make;
  readonly #clock: Clock;
  readonly #kept = new LRUCache<string, Kept>({ max: MAX_KEPT });
  /** The credentials that are being made, and the calls that wait for them. */
  readonly #flights = new Map<string, Waiting[]>();
  /** Whether the maker's headers are for one call only, so that no other call may wait for them. */
  #isPerCall = false;

  constructor(make: Make, clock: Clock) {
    this.#make = make;
    this.#clock = clock;
  }

  /**
   * Gets credentials, kept or made. The waiter may be called at once.
   *
   * @param refused the headers that the service has just refused: others are made, unless others
   * are there already or were made for the same reason a moment ago
   */
  get(key: string, call: CallToMakeFor, refused: Refused, waiter: Waiter): void {
    const kept = this.#kept.get(key);
    if (kept !== undefined && this.#isGood(kept, refused)) return waiter(kept.made);
    const flight = this.#flights.get(key);
    if (flight === undefined || this.#isPerCall) this.#begin(key, { call, refused, waiter });
    else flight.push({ call, refused, waiter });
  }

  #isGood({ made, until, renewedAt }: Kept, refused: Refused): boolean {
    const now = this.#clock.now();
    if (now >= until) return false;
    if (refused === undefined || !made.ok || made.headers !== refused) return true;
    return renewedAt !== undefined && now - renewedAt < RENEWAL_PAUSE_MS;
  }

  #begin(key: string, first: Waiting): void {
    const { call, waiter } = first;
    let abort: AbortController | undefined;
    const made = attempted(() =>
      this.#make({
        ...call,
        get signal() {
          abort ??= new AbortController();
          return abort.signal;
        },
      }),
    );
    if (!(made instanceof Promise)) return waiter(this.#checked(key, call, made));
    const flight = [first];
    this.#flights.set(key, flight);
    let isOver = false;
    const end = (result: MadeCredentials | CredentialsError): void => {
      if (isOver) return;
      isOver = true;
      cancelTimer();
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
      const checked = this.#checked(key, call, result);
      if (!checked.ok) this.#keep(key, checked, FAILURE_PAUSE_MS, undefined);
      waiter(checked);
      const share = checked.ok && this.#isPerCall ? undefined : checked;
      for (const { call: own, refused, waiter: other } of flight.slice(1)) {
        if (share === undefined) this.get(key, own, refused, other);
        else other(share);
      }
    };
    const cancelTimer = this.#clock.setTimer(LONGEST_MAKING_MS, () => {
      end(new CredentialsError(`no credentials within ${LONGEST_MAKING_MS} ms`, "timeout"));
      abort?.abort();
    });
    void made.then(end, (error: unknown) => end(credentialsError(error)));
  }

  #checked(key: string, { renewal }: CallToMakeFor, result: MadeCredentials | CredentialsError): Made {
    if (result instanceof CredentialsError) return { ok: false, error: result };
    const { headers, expiresInMs } = isKept(result) ? result : { headers: result, expiresInMs: undefined };
    const flat = Object.entries(headers).flat();
    const wrong = Object.entries(headers).find(([name, value]) => !isSendable(name, value));
    if (wrong !== undefined) {
      const reason = `authenticate made a header that cannot be sent: ${JSON.stringify(wrong[0])}`;
      return { ok: false, error: new CredentialsError(reason) };
    }
    const made = { ok: true, headers: flat } as const;
    this.#isPerCall = expiresInMs === undefined;
    if (expiresInMs !== undefined) {
      const lifeMs = expiresInMs - Math.min(EXPIRY_MARGIN_MS, expiresInMs / 10);
      this.#keep(key, made, lifeMs, renewal ? this.#clock.now() : undefined);
    }
    return made;
  }

  #keep(key: string, made: Made, lifeMs: number, renewedAt: number | undefined): void {
    this.#kept.set(key, { made, until: this.#clock.now() + lifeMs, renewedAt });
  }
}

function attempted<Result>(make: () => Result): Result | CredentialsError {
  try {
    return make();
  } catch (error) {
    return credentialsError(error);
  }
}

/** Only the name of an unknown error is shown: its message may hold a secret. */
function credentialsError(error: unknown): CredentialsError {
  if (error instanceof CredentialsError) return error;
  return new CredentialsError(`authenticate failed (${error instanceof Error ? error.name : typeof error})`);
}

function isKept(made: MadeCredentials): made is Credentials {
  return typeof made.headers === "object";
}

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** Headers that frame the message, or that the upstream client sends itself. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "connection content-length content-type expect host keep-alive te trailer transfer-encoding upgrade " +
    "traceparent tracestate txn-token x-user-id x-request-id x-request-timeout-ms"
  ).split(" "),
);

function isSendable(name: string, value: unknown): boolean {
  const isName = TOKEN.test(name) && !RESERVED.has(name.toLowerCase());
  return isName && typeof value === "string" && VALUE.test(value);
}
