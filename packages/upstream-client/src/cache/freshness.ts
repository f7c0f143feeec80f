import CachePolicy from "http-cache-semantics";
import type { Validators } from "../call.ts";
import type { Headers } from "../wire/classify.ts";
import type { Operation } from "../operation.ts";

export type CacheScope = "shared" | "perUser";

/** An operation that declares a cache. */
export type CachedOperation = Operation<unknown> & { readonly cache: CacheScope };

/** How long a stored answer may be used, counted from when it was received, in milliseconds. */
export type Freshness = {
  /** How old it was already when it came (`Age`). */
  readonly ageMs: number;
  /** Used without a word while younger than this. */
  readonly freshMs: number;
  /** … and used while asking again in the background, this much longer. */
  readonly staleWhileRevalidateMs: number;
  /** … and where asking again fails, this much longer. */
  readonly staleIfErrorMs: number;
  /** To ask whether it still holds; undefined where the service gave none. */
  readonly validators: Validators | undefined;
};

/** The headers that decide all that, one value each, lower-case directives; what an entry keeps of its response. */
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

/** Headers of ours that differ with each request: an answer that varies with one of them is good for one request. */
const VARIES_PER_REQUEST = new Set(["*", "txn-token", "x-request-id", "traceparent", "x-request-timeout-ms"]);

/** Headers that carry who asks: the key of a `perUser` entry holds that already. */
const VARIES_PER_USER = new Set(["x-user-id", "authorization", "cookie"]);

/** A `max-age` beyond a year says no more than a year (RFC 9111 leaves the bound to the cache), ms. */
const LONGEST_MS = 31_536_000_000;

/** Picks the headers that matter to a cache. A header that came twice is one with both values (RFC 9110, section 5.3). */
export function cacheHeaders(headers: Headers): CacheHeaders {
  const kept: Record<string, string> = {};
  for (const name of KEPT) {
    const value = headers[name];
    if (value === undefined) continue;
    const text = typeof value === "string" ? value : value.join(", ");
    // Directives are case-insensitive (RFC 9111, section 5.2), and http-cache-semantics knows them in lower case.
    kept[name] = name === "cache-control" || name === "pragma" ? text.toLowerCase() : text;
  }
  return kept;
}

/** What is known of a stored answer after the service said 304: its own headers, replaced by those of the 304 (RFC 9111, section 3.2). */
export function headersAfterRevalidation(stored: CacheHeaders, notModified: CacheHeaders): CacheHeaders {
  const { age: _, ...kept } = stored;
  return { ...kept, ...notModified };
}

/**
 * How long an answer may be used (RFC 9111; RFC 5861 for the two kinds of stale).
 *
 * @returns undefined when it must not be stored: `no-store`, `Set-Cookie`, a `Vary` on what differs with each request, and for
 * `shared` also `private` and a `Vary` on who asks; or when storing it would be of no use
 */
export function freshnessOf(headers: CacheHeaders, scope: CacheScope): Freshness | undefined {
  const shared = scope === "shared";
  if (headers["set-cookie"] !== undefined || !variesWithin(headers["vary"], scope)) return undefined;
  const policy = new CachePolicy(
    { method: "GET", url: "", headers: {} },
    { status: 200, headers: { ...headers } },
    // No guess where the service says nothing: what a cache may keep is in its contract.
    { shared, cacheHeuristic: 0, immutableMinTimeToLive: 0 },
  );
  const directives = new Map(Object.entries(policy.toObject().rescc));
  // Looked at by name, too: http-cache-semantics takes one with an empty value (`no-store=`) for one that is not there.
  const forbidden = directives.has("no-store") || (shared && directives.has("private"));
  if (forbidden || !policy.storable()) return undefined;

  const mustAsk = ["no-cache", "must-revalidate", ...(shared ? ["proxy-revalidate"] : [])];
  const mayBeStale = !mustAsk.some((name) => directives.has(name));
  const freshness: Freshness = {
    ageMs: milliseconds(headers["age"]),
    freshMs: directives.has("no-cache") ? 0 : milliseconds(policy.maxAge()),
    staleWhileRevalidateMs: mayBeStale ? milliseconds(directives.get("stale-while-revalidate")) : 0,
    staleIfErrorMs: mayBeStale ? milliseconds(directives.get("stale-if-error")) : 0,
    validators: validatorsOf(headers),
  };
  const useful = lastUseMs(freshness) > freshness.ageMs || freshness.validators !== undefined;
  return useful ? freshness : undefined;
}

/** The age at which nothing may be made of an entry any more, but to ask whether it still holds, ms. */
export function lastUseMs({ freshMs, staleWhileRevalidateMs, staleIfErrorMs }: Freshness): number {
  return freshMs + Math.max(staleWhileRevalidateMs, staleIfErrorMs);
}

function variesWithin(vary: string | undefined, scope: CacheScope): boolean {
  if (vary === undefined) return true;
  return vary
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .every((name) => !VARIES_PER_REQUEST.has(name) && (scope === "perUser" || !VARIES_PER_USER.has(name)));
}

/** Header values as validators: what has no place in a header of ours is left out. */
function validatorsOf(headers: CacheHeaders): Validators | undefined {
  const etag = sendable(headers["etag"]);
  const lastModified = sendable(headers["last-modified"]);
  return etag === undefined && lastModified === undefined ? undefined : { etag, lastModified };
}

function sendable(value: string | undefined): string | undefined {
  return value !== undefined && /^[\x20-\x7e]{1,512}$/.test(value) ? value : undefined;
}

function milliseconds(seconds: number | string | boolean | undefined): number {
  const number = typeof seconds === "string" ? Number.parseInt(seconds, 10) : seconds;
  if (typeof number !== "number" || Number.isNaN(number)) return 0;
  return Math.min(LONGEST_MS, Math.max(0, number * 1_000));
}
