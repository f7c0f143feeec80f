import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { continueTrace, formatTraceparent, newSpanId, parseTraceparent } from "../index.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

test("reads what the standard shows", () => {
  assert.deepEqual(parseTraceparent(`00-${TRACE}-${SPAN}-01`), {
    traceId: TRACE,
    parentSpanId: SPAN,
    flags: 1,
  });
});

test("keeps the sampled and the random flag and no other", () => {
  assert.equal(parseTraceparent(`00-${TRACE}-${SPAN}-ff`)?.flags, 3);
  assert.equal(parseTraceparent(`00-${TRACE}-${SPAN}-fc`)?.flags, 0);
});

test("reads the first four fields of a higher version", () => {
  for (const header of [`01-${TRACE}-${SPAN}-01`, `cc-${TRACE}-${SPAN}-01-what-comes-next`]) {
    assert.equal(parseTraceparent(header)?.traceId, TRACE, header);
  }
});

const INVALID = [
  undefined,
  "",
  `ff-${TRACE}-${SPAN}-01`,
  `00-${"0".repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${"0".repeat(16)}-01`,
  `00-${TRACE}-${SPAN}-01-more`,
  `00-${TRACE}-${SPAN}-01-`,
  `01-${TRACE}-${SPAN}-01more`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${TRACE.slice(1)}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-1`,
  `00-${TRACE}-${SPAN}`,
  `0-${TRACE}-${SPAN}-01`,
  `00_${TRACE}-${SPAN}-01`,
  ` 00-${TRACE}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-0g`,
  `00-${TRACE}-${SPAN}-01\n`,
  // Two headers, as Node joins them.
  `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
  `01-${TRACE}-${SPAN}-01, 01-${TRACE}-${SPAN}-01`,
];

for (const header of INVALID) {
  test(`takes ${JSON.stringify(header)} for no trace, and starts a new one`, () => {
    assert.equal(parseTraceparent(header), undefined);
    const trace = continueTrace(header);
    assert.match(trace.traceId, /^[0-9a-f]{32}$/);
    assert.notEqual(trace.traceId, TRACE);
    assert.equal(trace.parentSpanId, undefined);
    assert.equal(trace.flags & 1, 0, "not sampled");
  });
}

test("continues the caller's trace with a span of its own", () => {
  const trace = continueTrace(`00-${TRACE}-${SPAN}-01`);
  assert.equal(trace.traceId, TRACE);
  assert.equal(trace.parentSpanId, SPAN);
  assert.match(trace.spanId, /^[0-9a-f]{16}$/);
  assert.notEqual(trace.spanId, SPAN);
  assert.equal(formatTraceparent(trace, "1111111111111111"), `00-${TRACE}-1111111111111111-01`);
});

test("span ids differ", () => {
  assert.equal(new Set(Array.from({ length: 1_000 }, () => newSpanId())).size, 1_000);
});

test("no header makes it throw, and what goes out can be read again", () => {
  const nearly = fc.stringMatching(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-.{0,4})?$/);
  fc.assert(
    fc.property(fc.oneof(fc.string(), nearly), (header) => {
      const trace = continueTrace(header);
      const again = parseTraceparent(formatTraceparent(trace, trace.spanId));
      assert.deepEqual(again, { traceId: trace.traceId, parentSpanId: trace.spanId, flags: trace.flags });
    }),
  );
});

test("samples a trace that begins here where it is told to, and no other", () => {
  const samplesNew = () => true;
  assert.equal(continueTrace(undefined, { samplesNew }).flags, 0b11);
  assert.equal(continueTrace(undefined, {}).flags, 0b10);
  const unsampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
  assert.equal(continueTrace(unsampled, { samplesNew }).flags, 0);
});
