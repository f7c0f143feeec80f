import { brotliCompressSync, constants, createBrotliCompress, createGzip, gzipSync } from "node:zlib";
import type { IncomingMessage, ServerResponse } from "node:http";

/** A content coding (RFC 9110, section 8.4.1) that this package can apply. */
export type Coding = "br" | "gzip" | "identity";

/** The best compression first: it is chosen among codings that the client likes equally. */
const CODINGS = ["br", "gzip", "identity"] as const;

/** Smaller bodies, in bytes, gain less than their Content-Encoding header costs. */
const WORTH_COMPRESSING = 200;

/**
 * The coding that the client prefers (RFC 9110, section 12.5.3). If it accepts none of them, it
 * gets the body uncompressed, which any client can read.
 * @param bytes the body's length, if known: a small body is compressed only if it must be
 */
export function codingFor(req: IncomingMessage, bytes = Number.POSITIVE_INFINITY): Coding {
  const header = req.headers["accept-encoding"];
  if (header === undefined) return "identity";
  const weightOf = weightsOf(header);
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

/** A coding or `*`, and its weight (RFC 9110, sections 12.4.2 and 12.5.3). */
const PREFERENCE = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?$/i;

/** Less than the smallest weight that can be written, 0.001. */
const LEAST_WEIGHT = 0.0001;

/**
 * Reads `Accept-Encoding` into a function that answers how much the client wants a coding: 0 is not
 * at all, 1 the most.
 *
 * A coding that the header neither names nor covers with `*` is not wanted, except `identity`,
 * which is wanted least. Without the header, only `identity` is wanted: clients that can decompress
 * say so. Malformed preferences are ignored; if a coding is named twice, the first counts.
 */
export function weightsOf(header: string | undefined): (coding: string) => number {
  const weights = new Map<string, number>();
  for (const preference of header?.split(",") ?? []) {
    const [, coding, weight = "1"] = PREFERENCE.exec(preference) ?? [];
    const name = coding?.toLowerCase();
    if (name !== undefined && !weights.has(name)) weights.set(name, Math.min(1, Number(weight)));
  }
  return (coding) => weights.get(coding) ?? weights.get("*") ?? (coding === "identity" ? LEAST_WEIGHT : 0);
}

/**
 * For whole bodies. Measured once (docs/performance.md) on the JSON of home pages of 1,044 and
 * 3,150 bytes, in µs of CPU time → bytes:
 *
 *     quality  4     73 → 532      97 → 1,134
 *              5     79 → 509      95 → 1,060
 *              9    107 → 498     129 → 1,051
 *             10  1,130 → 467   1,990 →   970
 *
 * From 10 on, brotli searches for the optimal encoding: ten times the work for the last 6%.
 */
const BROTLI_QUALITY = 9;

/** The smallest and the largest window of the format (RFC 7932, section 9.1), as powers of two. */
const LEAST_WINDOW = 10;
const LARGEST_WINDOW = 24;

/** Compresses a whole body. Handing a few kilobytes to another thread would take longer. */
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

/** The smallest window that holds the whole body. 16 bytes of a window cannot be used. */
function windowFor(bytes: number): number {
  return Math.min(LARGEST_WINDOW, Math.max(LEAST_WINDOW, Math.ceil(Math.log2(bytes + 16))));
}

/**
 * For bodies that are sent in pieces. Their length is unknown, so the window cannot be made to fit;
 * up to 64 kB brotli keeps its small tables, and pages are smaller than that. A home page of 11 kB
 * in four pieces, in µs of CPU time → bytes: quality 5 takes 520 → 3,304 (2,020 → 3,310 with
 * brotli's default window of 4 MB), quality 9 takes 860 → 3,299, gzip 320 → 3,973.
 */
const STREAMED_BROTLI: Readonly<Record<number, number>> = {
  [constants.BROTLI_PARAM_QUALITY]: 5,
  [constants.BROTLI_PARAM_LGWIN]: 16,
};

/** A response's body that is sent in pieces. */
export type BodyStream = {
  /** Sends the piece at once, even when it is compressed. */
  readonly write: (piece: string) => void;
  /** @param trailers sent after the body if the client's HTTP version has trailers */
  readonly end: (trailers: Readonly<Record<string, string>>) => void;
};

/** Opens the body. Set all headers, and announce the trailers' names, before. */
export function openBody(res: ServerResponse, coding: Coding): BodyStream {
  const finish = (trailers: Readonly<Record<string, string>>) => {
    res.addTrailers(trailers);
    res.end();
  };
  if (coding === "identity") {
    return { write: (piece) => void res.write(piece), end: finish };
  }
  res.setHeader("Content-Encoding", coding);
  const compress = coding === "br" ? createBrotliCompress({ params: STREAMED_BROTLI }) : createGzip();
  compress.on("data", (bytes: Buffer) => res.write(bytes));
  // The client went away: drop what is not compressed yet.
  res.once("close", () => compress.destroy());
  return {
    write: (piece) => {
      compress.write(piece);
      compress.flush();
    },
    end: (trailers) => {
      compress.once("end", () => finish(trailers));
      compress.end();
    },
  };
}
