import { appendFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { secondsOf, SettingsError } from "@triptych/service-kit";
import type { Clock, Logger } from "@triptych/service-kit";
import { isObject } from "../contracts/document.ts";
import { parseRevocation, RevocationList } from "./revocation-list.ts";
import type { Entry } from "./revocation-list.ts";
import { stateOf } from "./revocations.ts";
import type { Revocations } from "./revocations.ts";

/** Milliseconds until a write that failed is tried again. */
const RETRY_MS = 1_000;
/** Lines that the file has, at least, before it is written again without what has ended. */
const LEAST_APPENDED = 10_000;

/**
 * Keeps revocations for a single gateway: in this process, and in a file, so that a restart forgets
 * none. Without a file, what was issued before the start is refused.
 *
 * @param options.file one JSON object per line; made when there is none
 * @throws SettingsError when the file cannot be read or written
 */
export function localRevocations(options: {
  readonly file?: string | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
}): Revocations {
  const { file, logger, clock } = options;
  const list = new RevocationList(clock);
  const unwritten: Entry[] = [];
  let appended = 0;
  let cancelRetry: (() => void) | undefined;
  if (file === undefined) {
    logger.warn("revocations are in memory only: what was issued before this start is refused");
  } else {
    try {
      const lines = readLines(file);
      for (const line of lines) addLine(line, list, logger);
      appended = lines.length;
      // While the date is ahead, all of it seems to have ended. So a file that is not large is
      // kept.
      if (appended === 0 || appended >= LEAST_APPENDED) compact(file);
      else appendFileSync(file, "\n");
      // Also while the date is ahead: what the file says of the past is whole.
      list.readSince(list.sinceS);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new SettingsError([`REVOCATIONS_FILE cannot be used: ${why}`]);
    }
  }

  /** Writes the list as a new file, which has nothing in it that has ended. */
  function compact(path: string): void {
    const lines = [{ sinceS: list.sinceS }, ...list.entries()].map((entry) => JSON.stringify(entry));
    writeFileSync(`${path}.new`, `${lines.join("\n")}\n`);
    renameSync(`${path}.new`, path);
    appended = 0;
  }

  function write(): void {
    cancelRetry?.();
    if (file === undefined) return;
    try {
      if (appended >= Math.max(LEAST_APPENDED, list.length)) {
        compact(file);
      } else {
        // A line end comes first, because a write that failed may have left part of a line.
        appendFileSync(file, `\n${unwritten.map((entry) => JSON.stringify(entry)).join("\n")}\n`);
        appended += unwritten.length;
      }
      unwritten.length = 0;
      cancelRetry = undefined;
    } catch (error) {
      if (cancelRetry === undefined) {
        logger.error({ err: error }, "revocations cannot be written to the file: this is repeated");
      }
      cancelRetry = clock.setTimer(RETRY_MS, write, "unref");
    }
  }

  return {
    reasonFor: (caller) => list.reasonFor(caller),
    revoke(revocation, sealedAtS = 0) {
      const madeAtS = Math.max(secondsOf(clock), sealedAtS);
      list.add(revocation, madeAtS);
      if (file !== undefined) unwritten.push({ revocation, madeAtS });
      write();
      return Promise.resolve(unwritten.length === 0 ? "everywhere" : "here");
    },
    known: Promise.resolve(),
    get state() {
      return stateOf(list, unwritten.length);
    },
    close() {
      if (unwritten.length > 0) write();
      cancelRetry?.();
      return Promise.resolve();
    },
  };
}

function addLine(line: string, list: RevocationList, logger: Logger): void {
  const { revocation: said, madeAtS, sinceS } = parseLine(line);
  const revocation = parseRevocation(said);
  if (revocation !== undefined) list.add(revocation, isSeconds(madeAtS) ? madeAtS : undefined);
  else if (isSeconds(sinceS)) list.readSince(sinceS);
  else logger.error("a line of the file of revocations cannot be read");
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

function isSeconds(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function parseLine(line: string): Partial<Readonly<Record<"revocation" | "madeAtS" | "sinceS", unknown>>> {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
