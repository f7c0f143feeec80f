import assert from "node:assert/strict";
import { test } from "node:test";
import { weightsOf } from "./coding.ts";

const CODINGS = ["br", "gzip", "identity"] as const;

/** The codings that a client accepts, best first. */
function accepted(header: string | undefined): string {
  const weightOf = weightsOf(header);
  const wanted = CODINGS.filter((coding) => weightOf(coding) > 0);
  return wanted.toSorted((a, b) => weightOf(b) - weightOf(a)).join(" ");
}

for (const [header, expected] of [
  [undefined, "identity"],
  ["", "identity"],
  ["gzip, deflate, br, zstd", "br gzip identity"],
  ["BR", "br identity"],
  ["br;q=0.1, gzip;q=1", "gzip br identity"],
  ["br ; Q=0.5,gzip", "gzip br identity"],
  ["br;q=0.001", "br identity"],
  ["identity;q=1, br;q=0.5", "identity br"],
  ["identity;q=0", ""],
  ["identity;q=0, gzip", "gzip"],
  ["*", "br gzip identity"],
  ["*;q=0", ""],
  ["br;q=0, *", "gzip identity"],
  ["gzip;q=1.0, *;q=0", "gzip"],
  ["gzip;q=0.000", "identity"],
  ["br;q=2, gzip;q=-1, deflate", "identity"],
  ["br;q=, gzip;q=0.5;level=9", "identity"],
  ["gzip, gzip;q=0", "gzip identity"],
  ["__proto__, constructor;q=0", "identity"],
] as const) {
  test(`reads ${header === undefined ? "no header" : `"${header}"`}`, () => {
    assert.equal(accepted(header), expected);
  });
}
