import type { Clock } from "@triptych/service-kit";
import { createLocalJWKSet } from "jose";
import type { CryptoKey, FlattenedJWSInput, JSONWebKeySet, JWK, JWSHeaderParameters } from "jose";
import { request } from "undici";
import type { Dispatcher } from "undici";
import { isObject } from "../contracts/document.ts";

/** Older keys are refetched in the background. Providers publish a key hours before they use it. */
const FRESH_MS = 10 * 60_000;
/** At most one refetch per this time for unknown key ids, since anyone can invent one. */
const REFETCH_MS = 60_000;
/** Without any keys no token can be checked, so a provider that was down is asked again sooner. */
const RETRY_MS = 5_000;

/** There are no keys yet, so no token can be checked. It is not the caller's mistake. */
export class KeysUnavailableError extends Error {
  override readonly name = "KeysUnavailableError";
}

/**
 * The public keys of an identity provider. They are fetched when needed, and kept while the
 * provider is down, which jose's own remote key set does not do.
 */
export class KeySet {
  readonly #fetchKeys: () => Promise<JSONWebKeySet>;
  readonly #clock: Clock;
  #keys: ReturnType<typeof createLocalJWKSet> | undefined;
  #kids: ReadonlySet<string> = new Set();
  #version = 0;
  #text = "";
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  #underWay: Promise<void> | undefined;

  /** @param fetchKeys rejects when there is no usable key set */
  constructor(fetchKeys: () => Promise<JSONWebKeySet>, clock: Clock) {
    this.#fetchKeys = fetchKeys;
    this.#clock = clock;
  }

  /**
   * Finds the key that a token names; for jose's `jwtVerify`.
   * @throws KeysUnavailableError when no keys were ever fetched; jose's `JWKSNoMatchingKey` when
   *   none fits
   */
  async keyOf(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    const now = this.#clock.now();
    if (this.#keys === undefined) {
      if (this.#underWay !== undefined || now - this.#askedAt >= RETRY_MS) await this.#refresh();
    } else if (header.kid !== undefined && !this.#kids.has(header.kid)) {
      if (this.#underWay !== undefined || now - this.#askedAt >= REFETCH_MS) await this.#refresh();
    } else {
      this.#renewOld(now);
    }
    if (this.#keys === undefined) throw new KeysUnavailableError("no keys of the identity provider yet");
    return await this.#keys(header, token);
  }

  /**
   * A number that changes with the keys: what was verified under other keys must be verified again.
   * As with `keyOf`, asking renews old keys.
   */
  version(): number {
    if (this.#keys !== undefined) this.#renewOld(this.#clock.now());
    return this.#version;
  }

  #renewOld(now: number): void {
    if (now - this.#fetchedAt >= FRESH_MS && now - this.#askedAt >= REFETCH_MS) void this.#refresh();
  }

  /** Fetches once for all that wait, and keeps the old keys when that fails. */
  #refresh(): Promise<void> {
    this.#askedAt = this.#clock.now();
    this.#underWay ??= this.#fetchKeys()
      .then((keySet) => this.#take(keySet))
      .catch(() => undefined)
      .finally(() => {
        this.#underWay = undefined;
      });
    return this.#underWay;
  }

  #take(keySet: JSONWebKeySet): void {
    this.#fetchedAt = this.#clock.now();
    const text = JSON.stringify(keySet);
    if (text === this.#text) return;
    this.#text = text;
    this.#version += 1;
    this.#keys = createLocalJWKSet(keySet);
    this.#kids = new Set(keySet.keys.flatMap(({ kid }) => (kid === undefined ? [] : [kid])));
  }
}

/**
 * Reads a JWK set that a server sent.
 * @throws Error when it is not a JWK set or has no public key
 */
export function readKeySet(value: unknown): JSONWebKeySet {
  const keys: unknown = isObject(value) ? value["keys"] : undefined;
  const usable = Array.isArray(keys) ? keys.filter(isPublicKey) : [];
  if (usable.length > 0) return { keys: usable };
  throw new Error('expected a JWK set with at least one public key, {"keys":[…]}');
}

/** A published symmetric key is known to all, so it is never used. */
function isPublicKey(value: unknown): value is JWK {
  return isObject(value) && typeof value["kty"] === "string" && value["kty"] !== "oct";
}

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 256 * 1024;

/**
 * Gets a JSON document of bounded size from a configured address.
 * @throws Error for anything but a 200 with JSON
 */
export async function fetchJson(url: string, dispatcher: Dispatcher): Promise<unknown> {
  const { statusCode, body } = await request(url, {
    dispatcher,
    headers: { accept: "application/json" },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (statusCode !== 200) {
    await body.dump();
    throw new Error(`expected 200 with JSON, but got ${statusCode}`);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error(`expected at most ${MAX_BYTES} bytes of JSON, but got more`);
    chunks.push(chunk);
  }
  // The decoder takes a byte order mark off.
  return JSON.parse(new TextDecoder().decode(Buffer.concat(chunks)));
}
