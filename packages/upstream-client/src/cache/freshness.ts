import type { Validators } from "../call.ts";
import type { Operation } from "../operation.ts";
import type { ReceivedHeaders } from "../dialect/headers.ts";
import { parseHttpDate } from "../wire/http-date.ts";

/** Who may get a stored answer: every user, or only the one who asked. */
export type CacheScope = "shared" | "perUser";

/** An operation that declares a cache. */
export type CachedOperation = Operation<unknown> & { readonly cache: CacheScope };

/** How long a stored answer may be used, in milliseconds of its age. */
export type Freshness = {
  /** While it is younger than this, it is used without asking. */
  readonly freshMs: number;
  /** For this much longer it is used while it is revalidated in the background. */
  readonly staleWhileRevalidateMs: number;
  /** For this much longer it is used when the upstream fails. */
  readonly staleIfErrorMs: number;
  /** To ask whether it is still valid; undefined where the service gave none. */
  readonly validators: Validators | undefined;
};

/** The response headers that an entry keeps: one value each, with directives in lower case. */
export type CacheHeaders = Readonly<Record<string, string>>;

const KEPT = [
  "age",
  "cache-control",
  "date",
  "etag",
  "expires",
  "last-modified",
  "pragma",
  "set-cookie",
  "vary",
];

/** Request headers that always differ, so an answer that varies on one is good only once. */
const VARIES_PER_REQUEST = new Set(["*", "txn-token", "x-request-id", "traceparent", "x-request-timeout-ms"]);

/** Request headers that identify the user, who is already in the key of a `perUser` entry. */
const VARIES_PER_USER = new Set(["x-user-id", "authorization", "cookie"]);

/** A longer `max-age` counts as a year, ms (RFC 9111 leaves the bound to the cache). */
const LONGEST_MS = 31_536_000_000;

/**
 * Picks the headers that a cache needs. A header that came twice becomes one with both values (RFC
 * 9110, section 5.3).
 */
export function cacheHeaders(headers: ReceivedHeaders): CacheHeaders {
  const kept: Record<string, string> = {};
  for (const name of KEPT) {
    const value = headers[name];
    if (value === undefined) continue;
    const text = typeof value === "string" ? value : value.join(", ");
    // Directives ignore case (RFC 9111, section 5.2).
    kept[name] = name === "cache-control" || name === "pragma" ? text.toLowerCase() : text;
  }
  return kept;
}

/**
 * An entry's headers after a 304: those of the 304 replace its own (RFC 9111, section 3.2). The old
 * `Age` and `Date` are of the old answer, so they go even where the 304 has none.
 */
export function headersAfterRevalidation(stored: CacheHeaders, notModified: CacheHeaders): CacheHeaders {
  const { age: _age, date: _date, ...kept } = stored;
  return { ...kept, ...notModified };
}

/** When an answer came. */
export type Arrival = {
  /** Ms since 1970. */
  readonly receivedOn: number;
  /** From the request to the answer, ms. */
  readonly delayMs: number;
};

/**
 * How old an answer is when it comes, ms: by its `Date`, or by its `Age` and the time it took,
 * whichever is more (RFC 9111, section 4.2.3). An `Age` that is not whole seconds is ignored; of
 * several the first one counts (section 5.1).
 */
export function ageOnArrivalMs({ age = "", date }: CacheHeaders, { receivedOn, delayMs }: Arrival): number {
  const sentOn = dateOf(date, receivedOn) ?? receivedOn;
  return Math.max(receivedOn - sentOn, milliseconds(age.split(",")[0]) + delayMs);
}

/**
 * How long an answer may be used (RFC 9111; RFC 5861 for the two kinds of stale).
 *
 * @param bornOn when its age was zero, ms since 1970: what a missing `Date` is replaced by
 * @returns undefined when the answer must not be stored: `no-store`, `Set-Cookie`, a `Vary` on a
 * header that always differs, and for `shared` also `private` and a `Vary` on the user
 */
export function freshnessOf(headers: CacheHeaders, scope: CacheScope, bornOn: number): Freshness | undefined {
  const shared = scope === "shared";
  const directives = directivesOf(headers);
  if (forbidder(headers, scope, directives) !== undefined) return undefined;

  const mustAsk = ["no-cache", "must-revalidate", ...(shared ? ["proxy-revalidate"] : [])];
  const mayBeStale = !mustAsk.some((name) => directives.has(name));
  const staleMs = (name: string): number => (mayBeStale ? milliseconds(directives.get(name)) : 0);
  const maxAge = (shared ? directives.get("s-maxage") : undefined) ?? directives.get("max-age");
  // No heuristic: what a cache may keep is in the contract of the service.
  const lifetimeMs = maxAge === undefined ? untilExpires(headers, bornOn) : milliseconds(maxAge);
  return {
    freshMs: directives.has("no-cache") ? 0 : lifetimeMs,
    staleWhileRevalidateMs: staleMs("stale-while-revalidate"),
    staleIfErrorMs: staleMs("stale-if-error"),
    validators: validatorsOf(headers, bornOn),
  };
}

/** In a word, why an answer was not stored: what forbids it, or that it is stale already. */
export function whyNotKept(headers: CacheHeaders, scope: CacheScope): string {
  return forbidder(headers, scope, directivesOf(headers)) ?? "stale at once";
}

/** What forbids to store an answer: a directive or a header. */
function forbidder(headers: CacheHeaders, scope: CacheScope, directives: Directives): string | undefined {
  if (directives.has("no-store")) return "no-store";
  if (scope === "shared" && directives.has("private")) return "private";
  if (headers["set-cookie"] !== undefined) return "set-cookie";
  return variesWithin(headers["vary"], scope) ? undefined : "vary";
}

type Directives = ReadonlyMap<string, string>;

/** The age from which an entry can only be revalidated, ms. */
export function lastUseMs({ freshMs, staleWhileRevalidateMs, staleIfErrorMs }: Freshness): number {
  return freshMs + Math.max(staleWhileRevalidateMs, staleIfErrorMs);
}

/**
 * The directives with their values (RFC 9111, section 5.2). Two different values of one directive
 * become an invalid one, which is stale (section 4.2.1). Commas in quotes separate too: at worst
 * that finds a `private` that is none.
 */
function directivesOf({ "cache-control": control, pragma }: CacheHeaders): Directives {
  const directives = new Map<string, string>();
  for (const part of (control ?? (pragma?.includes("no-cache") ? "no-cache" : "")).split(",")) {
    const [name = "", text = ""] = part.split("=", 2).map((side) => side.trim());
    const value = text.replace(/^"(.*)"$/, "$1");
    const earlier = directives.get(name) ?? value;
    directives.set(name, earlier === value ? value : "two values");
  }
  return directives;
}

/** From `Date` to `Expires`, ms. An invalid `Expires` is in the past (RFC 9111, section 5.3). */
function untilExpires({ expires = "", date }: CacheHeaders, bornOn: number): number {
  const expiresOn = parseHttpDate(expires, bornOn) ?? 0;
  return bounded(expiresOn - (dateOf(date, bornOn) ?? bornOn));
}

function dateOf(date: string | undefined, now: number): number | undefined {
  return date === undefined ? undefined : parseHttpDate(date, now);
}

function variesWithin(vary: string | undefined, scope: CacheScope): boolean {
  if (vary === undefined) return true;
  return vary
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .every((name) => !VARIES_PER_REQUEST.has(name) && (scope === "perUser" || !VARIES_PER_USER.has(name)));
}

/**
 * The response's validators, without those that we could not send or that no service would read.
 */
function validatorsOf(headers: CacheHeaders, now: number): Validators | undefined {
  const { etag: tag = "", "last-modified": modified } = headers;
  const etag = /^[\x20-\x7e]{1,512}$/.test(tag) ? tag : undefined;
  const lastModified = dateOf(modified, now) === undefined ? undefined : modified;
  return etag === undefined && lastModified === undefined ? undefined : { etag, lastModified };
}

/** Whole seconds as ms; 0 for anything else. */
function milliseconds(seconds: string | undefined): number {
  return seconds !== undefined && /^\d+$/.test(seconds.trim()) ? bounded(Number(seconds) * 1_000) : 0;
}

function bounded(ms: number): number {
  return Math.min(LONGEST_MS, Math.max(0, ms));
}
