import { secondsOf } from "@triptych/service-kit";
import type { Clock, Logger } from "@triptych/service-kit";
import { isObject } from "../contracts/document.ts";
import { Redis } from "../redis.ts";
import { LONGEST_LIFE_S, parseRevocation, RevocationList } from "./revocations.ts";
import type { Revocation, Revocations } from "./revocations.ts";

/** All revocations in order; a gateway reads on from its last position. */
const STREAM = "gateway:revocations";
/** Revoked API keys never expire, but the stream is trimmed, so they are kept here too. */
const API_KEYS = "gateway:revoked-api-keys";
/**
 * Milliseconds that one read waits. A new revocation ends the wait at once; this bounds how long a
 * dead connection goes unnoticed.
 */
const BLOCK_MS = 500;
/** Milliseconds that any answer may take, beyond those that the command may block. */
const ANSWER_MS = 500;
const RETRY_MS = 250;

/**
 * Shares revocations among all gateways with the same Redis. Each keeps the whole list in memory
 * and reads a stream of additions: a request costs no call, additions arrive in milliseconds, a
 * gateway that starts late reads the past, and one that loses Redis keeps its list and reads on
 * later.
 */
export function redisRevocations(options: {
  readonly url: string;
  readonly logger: Logger;
  readonly clock: Clock;
}): Revocations {
  const { url, logger, clock } = options;
  const list = new RevocationList(clock);
  const writer = new Redis(url, "revocations", options);
  // A blocking read needs a connection of its own.
  const reader = new Redis(url, "revocation news", options);
  const closing = new AbortController();
  const following = follow(reader, list, { logger, clock, signal: closing.signal });
  return {
    reasonFor: (caller) => list.reasonFor(caller),
    get size() {
      return list.size;
    },
    async revoke(revocation) {
      list.add(revocation);
      await publish(writer, revocation, secondsOf(clock));
    },
    async close() {
      closing.abort();
      reader.close();
      writer.close();
      await following;
    },
  };
}

async function publish(redis: Redis, revocation: Revocation, nowS: number): Promise<void> {
  const oldest = `${(nowS - LONGEST_LIFE_S) * 1_000}-0`;
  await redis.run(ANSWER_MS, (commands) => {
    const batch = commands.multi();
    if (revocation.kind === "api-key") batch.hSet(API_KEYS, revocation.id, String(nowS));
    return batch
      .xAdd(STREAM, "*", { revocation: JSON.stringify(revocation) })
      .xTrim(STREAM, "MINID", oldest, { strategyModifier: "~" })
      .exec();
  });
}

async function follow(
  redis: Redis,
  list: RevocationList,
  tools: { readonly logger: Logger; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  const { logger, clock, signal } = tools;
  let last = "0-0";
  let knowsApiKeys = false;
  while (!signal.aborted) {
    try {
      if (!knowsApiKeys) {
        const ids = await redis.run(ANSWER_MS, (commands) => commands.hKeys(API_KEYS));
        for (const id of ids) list.add({ kind: "api-key", id });
        knowsApiKeys = true;
      }
      const news: unknown = await redis.run(BLOCK_MS + ANSWER_MS, (commands) =>
        commands.xRead({ key: STREAM, id: last }, { BLOCK: BLOCK_MS, COUNT: 1_000 }),
      );
      for (const { id, revocation } of entriesOf(news)) {
        last = id;
        if (revocation === undefined) logger.error({ id }, "a revocation cannot be read");
        else list.add(revocation);
      }
    } catch {
      // The connection itself logs that Redis is gone.
      knowsApiKeys = false;
      await pause(RETRY_MS, clock, signal);
    }
  }
}

/** The client types the reply loosely, so its form is checked here. */
function* entriesOf(news: unknown): Iterable<{ id: string; revocation: Revocation | undefined }> {
  for (const stream of listOf(news)) {
    for (const entry of isObject(stream) ? listOf(stream["messages"]) : []) {
      if (!isObject(entry) || typeof entry["id"] !== "string" || !isObject(entry["message"])) continue;
      yield { id: entry["id"], revocation: parseText(entry["message"]["revocation"]) };
    }
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function parseText(text: unknown): Revocation | undefined {
  try {
    return parseRevocation(JSON.parse(String(text)));
  } catch {
    return undefined;
  }
}

function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.setTimer(ms, done);
    function done(): void {
      cancel();
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}
