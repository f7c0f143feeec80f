import CachePolicy from "http-cache-semantics";
import type { Validators } from "../call.ts";
import type { Operation } from "../operation.ts";
import type { Headers } from "../wire/classify.ts";

/** Who may get a stored answer: every user, or only the one who asked. */
export type CacheScope = "shared" | "perUser";

/** An operation that declares a cache. */
export type CachedOperation = Operation<unknown> & { readonly cache: CacheScope };

/** How long a stored answer may be used, in milliseconds of its age. */
export type Freshness = {
  /** Its age when it was received (`Age`). */
  readonly ageMs: number;
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
export function cacheHeaders(headers: Headers): CacheHeaders {
  const kept: Record<string, string> = {};
  for (const name of KEPT) {
    const value = headers[name];
    if (value === undefined) continue;
    const text = typeof value === "string" ? value : value.join(", ");
    // Directives ignore case (RFC 9111, section 5.2). http-cache-semantics expects lower case.
    kept[name] = name === "cache-control" || name === "pragma" ? text.toLowerCase() : text;
  }
  return kept;
}

/** An entry's headers after a 304: those of the 304 replace its own (RFC 9111, section 3.2). */
export function headersAfterRevalidation(stored: CacheHeaders, notModified: CacheHeaders): CacheHeaders {
  const { age: _, ...kept } = stored;
  return { ...kept, ...notModified };
}

/**
 * How long an answer may be used (RFC 9111; RFC 5861 for the two kinds of stale).
 *
 * @returns undefined when the answer must not be stored: `no-store`, `Set-Cookie`, a `Vary` on a
 * header that always differs, and for `shared` also `private` and a `Vary` on the user. Also
 * undefined when storing it would be useless
 */
export function freshnessOf(headers: CacheHeaders, scope: CacheScope): Freshness | undefined {
  const shared = scope === "shared";
  if (headers["set-cookie"] !== undefined || !variesWithin(headers["vary"], scope)) return undefined;
  const policy = new CachePolicy(
    { method: "GET", url: "", headers: {} },
    { status: 200, headers: { ...headers } },
    // No heuristic freshness: what a cache may keep is in the contract of the service.
    { shared, cacheHeuristic: 0, immutableMinTimeToLive: 0 },
  );
  const directives = new Map(Object.entries(policy.toObject().rescc));
  // By name, too: http-cache-semantics ignores directives with an empty value (`no-store=`).
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

/** The age from which an entry can only be revalidated, ms. */
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

/** The response's validators, without those that we could not send in a header. */
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
