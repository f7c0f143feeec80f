import type { Logger } from "@triptych/service-kit";
import type { Redis, RedisCommands } from "../redis.ts";
import { LONGEST_LIFE_S, parseRevocation } from "./revocation-list.ts";
import type { Entry, Revocation, RevocationList } from "./revocation-list.ts";

/** All revocations in order; a gateway reads on from its last position. */
const STREAM = "gateway:revocations";
/** Revoked API keys never expire, but the stream is trimmed, so they are kept here too. */
const API_KEYS = "gateway:revoked-api-keys";
/**
 * Since when the stream has every revocation, in seconds since 1970. Without it Redis lost some.
 */
const SINCE = "gateway:revocations-since";

const WHOLE_SECONDS = /^\d{1,12}$/;

/** Milliseconds that any answer may take. */
const ANSWER_MS = 400;
/** Entries of one read. */
const PAGE = 1_000;
/** Entries of one write: each may be two commands, and a connection takes 1,000 at once. */
const BATCH = 400;

/** The revocations in Redis, kept the same as a list in memory. */
export class RedisRecord {
  readonly #redis: Redis;
  readonly #list: RevocationList;
  readonly #logger: Logger;
  /** The stream's last entry that was read; undefined when all of it must be read. */
  #last: string | undefined;
  #since: string | null = null;
  /** Whether the record is from before this process's start, so what it says is the whole past. */
  isOlderThanThis = false;

  constructor(redis: Redis, list: RevocationList, logger: Logger) {
    this.#redis = redis;
    this.#list = list;
    this.#logger = logger;
  }

  /** After a lost connection it may be another Redis, or one that lost its newest data. */
  readAllAgain(): void {
    this.#last = undefined;
  }

  /**
   * Adds what is new to the list. Returns what Redis should have and has not.
   * @throws Error when Redis does not answer
   */
  async read(): Promise<Entry[]> {
    try {
      return (await this.#readNews()) ? [] : await this.#readAll();
    } catch (error) {
      this.readAllAgain();
      throw error;
    }
  }

  /** Returns false where the position is lost: the last entry is gone, so others may be too. */
  async #readNews(): Promise<boolean> {
    const last = this.#last;
    if (last === undefined) return false;
    const asked = [this.#run((commands) => commands.get(SINCE)), this.#page(last)] as const;
    const [since, [first, ...news]] = await Promise.all(asked);
    if (since !== this.#since || first?.id !== last) return false;
    this.#add(news);
    return news.length < PAGE - 1 || (await this.#readNews());
  }

  async #readAll(): Promise<Entry[]> {
    // It is written last, so it is read first.
    const since = await this.#run((commands) => commands.get(SINCE));
    const there = new Set<string>();
    for (const id of await this.#run((commands) => commands.hKeys(API_KEYS))) {
      const revocation = { kind: "api-key", id } as const;
      this.#list.add(revocation);
      there.add(JSON.stringify(revocation));
    }
    let page = await this.#page("-");
    for (;;) {
      for (const revocation of this.#add(page)) there.add(JSON.stringify(revocation));
      if (page.length < PAGE) break;
      page = await this.#page(`(${this.#last}`);
    }
    this.#since = since;
    if (since !== null && WHOLE_SECONDS.test(since)) {
      this.isOlderThanThis ||= Number(since) < this.#list.sinceS;
      this.#list.readSince(Number(since));
    }
    return this.#list.entries().filter(({ revocation }) => !there.has(JSON.stringify(revocation)));
  }

  async #page(from: string): Promise<readonly StreamEntry[]> {
    return (await this.#run((commands) => commands.xRange(STREAM, from, "+", { COUNT: PAGE }))) ?? [];
  }

  #add(page: readonly StreamEntry[]): Revocation[] {
    return page.flatMap(({ id, message }) => {
      this.#last = id;
      const revocation = parseText(message["revocation"]);
      if (revocation === undefined) {
        this.#logger.error({ id }, "a revocation cannot be read");
        return [];
      }
      const madeAtS = Number(message["madeAtS"]);
      this.#list.add(revocation, Number.isSafeInteger(madeAtS) ? madeAtS : undefined);
      return [revocation];
    });
  }

  /**
   * Writes entries, and since when the record is whole. What is already there may be written again.
   * @throws Error when Redis does not take them
   */
  async write(entries: readonly Entry[]): Promise<void> {
    for (let first = 0; first < entries.length; first += BATCH) {
      await this.#append(entries.slice(first, first + BATCH));
    }
    const { sinceS } = this.#list;
    if (WHOLE_SECONDS.test(this.#since ?? "") && Number(this.#since) <= sinceS) return;
    this.#list.readSince(sinceS);
    await this.#run((commands) => commands.set(SINCE, String(sinceS)));
    this.#since = String(sinceS);
  }

  async #append(entries: readonly Entry[]): Promise<void> {
    const replies: unknown[] = await this.#run((commands) => {
      const batch = commands.multi();
      for (const { revocation, madeAtS } of entries) {
        if (revocation.kind === "api-key") batch.hSet(API_KEYS, revocation.id, String(madeAtS));
        const message = { revocation: JSON.stringify(revocation), madeAtS: String(madeAtS) };
        batch.xAdd(STREAM, "*", message);
      }
      return batch.exec();
    });
    // By Redis' own date, which made the ids: this machine's may be wrong.
    const nowMs = Number.parseInt(String(replies.at(-1)), 10);
    const oldest = `${Math.max(0, nowMs - LONGEST_LIFE_S * 1_000)}-0`;
    await this.#run((commands) => commands.xTrim(STREAM, "MINID", oldest, { strategyModifier: "~" }));
  }

  #run<Reply>(command: (commands: RedisCommands) => Promise<Reply>): Promise<Reply> {
    return this.#redis.run(ANSWER_MS, command);
  }
}

interface StreamEntry {
  readonly id: string;
  readonly message: Readonly<Record<string, string>>;
}

function parseText(text: string | undefined): Revocation | undefined {
  try {
    return parseRevocation(JSON.parse(text ?? ""));
  } catch {
    return undefined;
  }
}
