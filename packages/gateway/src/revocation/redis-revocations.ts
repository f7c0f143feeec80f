import { secondsOf, within } from "@triptych/service-kit";
import { Redis } from "../redis.ts";
import type { RedisTools } from "../redis.ts";
import { RedisRecord } from "./redis-record.ts";
import { RevocationList } from "./revocation-list.ts";
import type { Entry } from "./revocation-list.ts";
import { stateOf } from "./revocations.ts";
import type { Revocations } from "./revocations.ts";

/** Milliseconds between two looks for news, so an addition is known everywhere within a second. */
const TURN_MS = 250;
/** The same at the start: the gateway is not ready before the first look. */
const FIRST_TURN_MS = 25;
/** Milliseconds in which others can write what Redis lost, before a gateway is ready without it. */
const TEACHING_MS = 1_000;
/** Milliseconds that `revoke` waits until the others are told. */
const REVOKE_MS = 800;
/** Milliseconds for the last additions at the end; the drain allows 500 for everything. */
const CLOSE_MS = 300;

/** Where a revocation is in effect: `here` until the others could be told. */
type Reach = "everywhere" | "here";

/**
 * Shares revocations among all gateways with the same Redis. Each keeps the whole list in memory,
 * so a request costs no call. Every quarter of a second it reads what is new and writes what is
 * missing in Redis: its own additions until they are there, and whatever Redis lost (decision 15).
 */
export function redisRevocations(options: RedisTools & { readonly url: string }): Revocations {
  const { clock, logger } = options;
  const list = new RevocationList(clock);
  const redis = new Redis(options.url, "revocations", options);
  const record = new RedisRecord(redis, list, logger);
  const known = Promise.withResolvers<void>();
  /** What the others were not told yet, by its text. `tried` resolves after the first attempt. */
  const unpublished = new Map<string, Entry & { readonly tried: PromiseWithResolvers<Reach> }>();
  let wake = (): void => undefined;
  let firstReadAt: number | undefined;
  let isFailing = false;
  const closing = new AbortController();

  function publishSoon(entry: Entry): Promise<Reach> {
    const text = JSON.stringify(entry.revocation);
    const waiting = unpublished.get(text) ?? { ...entry, tried: Promise.withResolvers<Reach>() };
    unpublished.set(text, waiting);
    return waiting.tried.promise;
  }

  async function publish(): Promise<void> {
    const batch = [...unpublished];
    await record.write(batch.map(([, entry]) => entry));
    for (const [text, { tried }] of batch) {
      unpublished.delete(text);
      tried.resolve("everywhere");
    }
  }

  async function turn(): Promise<void> {
    for (const entry of await record.read()) void publishSoon(entry);
    firstReadAt ??= clock.now();
    if (record.isOlderThanThis || clock.now() - firstReadAt >= TEACHING_MS) known.resolve();
    await publish();
    if (isFailing) logger.info("revocations are shared again");
    isFailing = false;
  }

  async function follow(): Promise<void> {
    while (!closing.signal.aborted) {
      // Without a connection the log has a line of its own.
      if (redis.isReady) await turn().catch(fail);
      if (!redis.isReady) record.readAllAgain();
      if (isFailing || !redis.isReady) for (const { tried } of unpublished.values()) tried.resolve("here");
      else if (unpublished.size > 0) continue;
      await new Promise<void>((resolve) => {
        const cancel = clock.setTimer(firstReadAt === undefined ? FIRST_TURN_MS : TURN_MS, resolve, "unref");
        wake = () => {
          cancel();
          resolve();
        };
      });
    }
  }

  function fail(error: unknown): void {
    if (isFailing) return;
    isFailing = true;
    logger.error(
      { err: error, unpublished: unpublished.size },
      "revocations cannot be shared: this is repeated",
    );
  }

  const following = follow();
  return {
    reasonFor: (caller) => list.reasonFor(caller),
    known: known.promise,
    get state() {
      return stateOf(list, unpublished.size);
    },
    async revoke(revocation, sealedAtS = 0) {
      const madeAtS = Math.max(secondsOf(clock), sealedAtS);
      list.add(revocation, madeAtS);
      const told = publishSoon({ revocation, madeAtS });
      wake();
      return await within<Reach>(REVOKE_MS, clock, told, "here");
    },
    async close() {
      closing.abort();
      wake();
      // A logout during the drain still reaches the others.
      const last = following.then(() => (unpublished.size > 0 ? publish() : undefined)).catch(fail);
      await within(CLOSE_MS, clock, last, undefined);
      redis.close();
      await following;
    },
  };
}
