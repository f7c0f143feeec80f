import type { Response } from "express";
import { createBrotliCompress, createGzip } from "node:zlib";
import { STREAMED_BROTLI } from "./coding.ts";
import type { Coding } from "./coding.ts";

/** A response's body that leaves in pieces. */
export type BodyStream = {
  /** The piece leaves at once, through the compression too. */
  readonly write: (piece: string) => void;
  /** @param trailers sent after the body where the client's HTTP version has trailers */
  readonly end: (trailers: Readonly<Record<string, string>>) => void;
};

/** Opens the body; the head must have been set, and the trailers' names announced, before. */
export function openBody(res: Response, coding: Coding): BodyStream {
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
  // A client that leaves in the middle: what was still to be compressed is for nobody.
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
