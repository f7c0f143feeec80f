import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { SwitchesError, parseSwitches } from "./parse.ts";

describe("reading switches", () => {
  it("takes every member, and fills in ratios and phases", () => {
    assert.deepEqual(parseSwitches({}), {});
    assert.deepEqual(
      parseSwitches({
        delay: { ms: 100 },
        fail: { status: 503, ratio: 0.5, retryAfterSeconds: 2 },
        hang: {},
        reset: { phase: "mid-body" },
        break: "not-json",
        paths: ["/orders"],
        times: 3,
        seed: 7,
      }),
      {
        delay: { distribution: "fixed", ms: 100 },
        fail: { status: 503, ratio: 0.5, retryAfterSeconds: 2 },
        hang: { ratio: 1, phase: "before-headers" },
        reset: { ratio: 1, phase: "mid-body" },
        break: "not-json",
        paths: ["/orders"],
        times: 3,
        seed: 7,
      },
    );
    const uniform = { distribution: "uniform", minMs: 1, maxMs: 2 };
    const lognormal = { distribution: "lognormal", medianMs: 40, p99Ms: 900 };
    assert.deepEqual(parseSwitches({ delay: uniform }), { delay: uniform });
    assert.deepEqual(parseSwitches({ delay: lognormal }), { delay: lognormal });
  });

  it("takes back what it shows", () => {
    const switches = parseSwitches({ delay: { ms: 5 }, fail: { status: 500 }, hang: { ratio: 0 }, times: 2 });
    assert.deepEqual(parseSwitches(JSON.parse(JSON.stringify(switches))), switches);
  });

  const refusals: [value: unknown, message: RegExp][] = [
    [null, /switches must be a JSON object, got null/],
    [[], /switches must be a JSON object/],
    [{ dealy: { ms: 1 } }, /no member 'dealy'/],
    [{ delay: 100 }, /delay must be a JSON object, got 100/],
    [{ delay: {} }, /delay\.ms must be a number from 0 to 600000, got nothing/],
    [{ delay: { ms: -1 } }, /delay\.ms/],
    [{ delay: { ms: 1, maxMs: 2 } }, /no member 'maxMs' here/],
    [
      { delay: { distribution: "normal" } },
      /delay\.distribution must be fixed, uniform or lognormal, got "normal"/,
    ],
    [{ delay: { distribution: "uniform", minMs: 9, maxMs: 3 } }, /maxMs must not be under/],
    [{ delay: { distribution: "lognormal", medianMs: 9, p99Ms: 3 } }, /medianMs <= p99Ms/],
    [{ delay: { distribution: "lognormal", medianMs: 0, p99Ms: 3 } }, /0 < medianMs/],
    [{ fail: { status: 200 } }, /fail\.status must be a whole number from 400 to 599, got 200/],
    [{ fail: { ratio: 1 } }, /fail\.status/],
    [{ fail: { status: 503, ratio: 1.1 } }, /fail\.ratio must be a number from 0 to 1, got 1\.1/],
    [{ fail: { status: 503, retryAfterSeconds: 0.5 } }, /fail\.retryAfterSeconds/],
    [{ hang: true }, /hang must be a JSON object, got true/],
    [{ reset: { phase: "later" } }, /reset\.phase must be before-headers or mid-body, got "later"/],
    [{ break: "json" }, /break must be one of missing-field, .* got "json"/],
    [{ paths: [] }, /paths must be a list/],
    [{ paths: "/orders" }, /paths must be a list/],
    [{ paths: ["orders"] }, /start with '\/', got "orders"/],
    [{ times: 0 }, /times/],
    [{ seed: -1 }, /seed/],
  ];
  for (const [value, message] of refusals) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      assert.throws(
        () => parseSwitches(value),
        (error) => error instanceof SwitchesError && message.test(error.message),
      );
    });
  }

  it("either takes or refuses any JSON, and fails in no other way", () => {
    const member = fc.constantFrom("delay", "fail", "hang", "reset", "break", "paths", "times", "seed");
    const value = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom("ms", "ratio", "status", "phase", "distribution"), fc.jsonValue()),
    );
    fc.assert(
      fc.property(fc.dictionary(member, value), (candidate) => {
        try {
          parseSwitches(candidate);
        } catch (error) {
          assert.ok(error instanceof SwitchesError);
        }
      }),
    );
  });
});
