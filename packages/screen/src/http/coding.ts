import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Request } from "express";
import { weightsOf } from "./accept-encoding.ts";

/** A content coding (RFC 9110, section 8.4.1) that this package can apply. */
export type Coding = "br" | "gzip" | "identity";

/**
 * For bodies that are there as a whole. Measured by `npm run bench:compression` on the JSON of home pages, 1,044 and 3,150 bytes,
 * CPU µs → bytes: quality 4 takes 73 → 532 and 97 → 1,134, 5 takes 79 → 509 and 95 → 1,060, 9 takes 107 → 498 and 129 → 1,051,
 * 10 takes 1,130 → 467 and 1,990 → 970. Above 9 brotli looks for the cheapest way to write a body, up to there it takes a good
 * one: ten times the work for the last 6% is not worth it in a process that has an answer to give every millisecond.
 */
const BROTLI_QUALITY = 9;

/**
 * For bodies that leave in pieces: their length is not known, so no window can be made to fit. Of windows up to 64 kB brotli keeps its small
 * tables, and pages are smaller. A home page of 11 kB in four pieces, CPU µs → bytes: quality 5 takes 2,020 → 3,310 with the window that
 * brotli takes by itself (4 MB), and 520 → 3,304 with this one; quality 9 takes 860 → 3,299; gzip takes 320 → 3,973.
 */
export const STREAMED_BROTLI: Readonly<Record<number, number>> = {
  [constants.BROTLI_PARAM_QUALITY]: 5,
  [constants.BROTLI_PARAM_LGWIN]: 16,
};

/** The smallest and the largest window that the format has (RFC 7932, section 9.1), as powers of two. */
const LEAST_WINDOW = 10;
const LARGEST_WINDOW = 24;

/** A smaller body gains less than its Content-Encoding header costs, bytes. */
const WORTH_COMPRESSING = 200;

/** What saves most comes first. */
const CODINGS = ["br", "gzip", "identity"] as const;

/**
 * The coding that the client likes best, and of those that it likes alike the one that saves most (RFC 9110, section 12.5.3). Who accepts
 * nothing that there is gets the body as it is: it can read that, whatever its header says.
 *
 * @param bytes the body's length, where it is known: a small one is compressed for a client alone that does not take it as it is
 */
export function codingFor(req: Request, bytes = Number.POSITIVE_INFINITY): Coding {
  const weightOf = weightsOf(req.headers["accept-encoding"]);
  if (bytes < WORTH_COMPRESSING && weightOf("identity") > 0) return "identity";
  let best: Coding = "identity";
  let most = 0;
  for (const coding of CODINGS) {
    const weight = weightOf(coding);
    if (weight <= most) continue;
    best = coding;
    most = weight;
  }
  return best;
}

/** Compresses a whole body. Synchronously: it takes less time than handing some kilobytes to another thread and back. */
export function encode(body: Buffer, coding: Coding): Buffer {
  if (coding === "gzip") return gzipSync(body);
  if (coding === "identity") return body;
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT, BROTLI_PARAM_LGWIN } = constants;
  const params = {
    [BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
    [BROTLI_PARAM_SIZE_HINT]: body.length,
    [BROTLI_PARAM_LGWIN]: windowFor(body.length),
  };
  return brotliCompressSync(body, { params });
}

/** The smallest window that holds the whole body (16 bytes of a window hold nothing): a larger one costs time alone. */
function windowFor(bytes: number): number {
  return Math.min(LARGEST_WINDOW, Math.max(LEAST_WINDOW, Math.ceil(Math.log2(bytes + 16))));
}
