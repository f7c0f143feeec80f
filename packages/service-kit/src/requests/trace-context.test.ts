import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { continueTrace, formatTraceparent, newSpanId, parseTraceparent, parseTracestate } from "../index.ts";

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

test("samples a trace that began elsewhere as its caller does, unless it is told how", () => {
  const traceparent = (flags: string) => `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-${flags}`;
  for (const [flags, decides, wanted] of [
    ["00", undefined, 0],
    ["03", undefined, 3],
    ["00", true, 1],
    ["02", true, 3],
    ["03", false, 2],
  ] as const) {
    const samplesContinued = decides === undefined ? undefined : () => decides;
    assert.equal(continueTrace(traceparent(flags), { samplesContinued }).flags, wanted);
  }
});

const members = (count: number, member = (index: number) => `k${index}=v`) =>
  Array.from({ length: count }, (_, index) => member(index)).join();
const EVERY_KEY_CHARACTER = "abcdefghijklmnopqrstuvwxyz0123456789_-*/";
const EVERY_VALUE_CHARACTER = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index))
  .join("")
  .replace(",", "")
  .replace("=", "");

for (const state of [
  "vendor=state",
  "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
  "0tenant@system=1",
  `${EVERY_KEY_CHARACTER}=1`,
  `${EVERY_KEY_CHARACTER}@z=${EVERY_VALUE_CHARACTER}`,
  "foo= inner  spaces !",
  "foo=1,bar=2,foo=2",
  `${"z".repeat(256)}=1`,
  `${"t".repeat(241)}@${"v".repeat(14)}=1`,
  `foo=${"v".repeat(256)}`,
  members(32),
]) {
  test(`passes on the tracestate ${state.slice(0, 40)}`, () => {
    assert.equal(parseTracestate(state), state);
  });
}

for (const [header, state] of [
  ["a=1, b=2", "a=1,b=2"],
  [" a=1\t,\t b=2  ", "a=1,b=2"],
  ["a=1,,b=2,", "a=1,b=2"],
  [
    `a=${"x".repeat(200)},b=${"y".repeat(250)},c=${"z".repeat(90)}`,
    `a=${"x".repeat(200)},c=${"z".repeat(90)}`,
  ],
  [members(30, (i) => `k${i}=${"v".repeat(20)}`), members(20, (i) => `k${i}=${"v".repeat(20)}`)],
] as const) {
  test(`passes on ${header.slice(0, 40)} in its short form`, () => {
    assert.equal(parseTracestate(header), state);
    assert.ok(state.length <= 512);
  });
}

for (const header of [
  undefined,
  "",
  " , ,",
  "foo",
  "foo=",
  "=1",
  "foo=bar=baz",
  "foo=1,bar",
  "foo =1",
  "FOO=1",
  "foo.bar=1",
  "0foo=1",
  "@foo=1",
  "foo@=1",
  "foo@@bar=1",
  "foo@bar@baz=1",
  "foo@0bar=1",
  "foo=\u00e9",
  "foo=a\tb",
  `${"z".repeat(257)}=1`,
  `${"t".repeat(242)}@v=1`,
  `t@${"v".repeat(15)}=1`,
  `foo=${"v".repeat(257)}`,
  members(33),
]) {
  test(`drops the tracestate ${JSON.stringify(header)?.slice(0, 40)}, and continues the trace`, () => {
    assert.equal(parseTracestate(header), undefined);
    const trace = continueTrace(`00-${TRACE}-${SPAN}-01`, { state: header });
    assert.deepEqual([trace.traceId, trace.state], [TRACE, undefined]);
  });
}

test("drops the tracestate with a traceparent that is missing or not valid", () => {
  for (const header of INVALID) assert.equal(continueTrace(header, { state: "a=1" }).state, undefined);
  assert.equal(continueTrace(`00-${TRACE}-${SPAN}-01`, { state: "a=1" }).state, "a=1");
});

test("no tracestate makes it throw, and what travels on is within the limits and read as it is", () => {
  const nearly = fc.stringMatching(/^([a-z@]{1,200}=[ -~]{1,150}, ?){0,40}$/);
  fc.assert(
    fc.property(fc.oneof(fc.string(), nearly), (header) => {
      const state = parseTracestate(header);
      if (state === undefined) return;
      assert.ok(state.length <= 512 && state.split(",").length <= 32);
      assert.equal(parseTracestate(state), state);
    }),
  );
});
