import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { seededRandom } from "./random.ts";
import { drawDelay, parseSwitches, switchBoard, SwitchesError } from "./switches.ts";
import type { Switches } from "./switches.ts";

const DRAWS = 20_000;

/** The value below which that share of the draws lies. */
function quantile(draws: readonly number[], share: number): number {
  return draws.toSorted((a, b) => a - b)[Math.floor(draws.length * share)] ?? Number.NaN;
}

const kindOf = (switches: Switches): string | undefined => switchBoard(switches).draw("/")?.outcome.kind;

describe("what happens to a call", () => {
  it("is nothing if nothing is switched on", () => {
    assert.equal(switchBoard({}).draw("/orders"), undefined);
    assert.equal(switchBoard({ paths: ["/orders"], seed: 1 }).draw("/orders"), undefined);
  });

  it("is nothing on paths that are not affected", () => {
    const board = switchBoard({ delay: { distribution: "fixed", ms: 5 }, paths: ["/orders/", "/recs"] });
    assert.equal(board.draw("/orders"), undefined);
    assert.equal(board.draw("/orders/ord_1")?.delayMs, 5);
    assert.equal(board.draw("/recs/v2")?.delayMs, 5);
  });

  it("ends after the given number of calls, and calls of other paths do not count", () => {
    const board = switchBoard({ fail: { status: 503, ratio: 1 }, paths: ["/a"], times: 2 });
    board.draw("/b");
    assert.deepEqual(
      [board.draw("/a") === undefined, board.draw("/a") === undefined, board.draw("/a") === undefined],
      [false, false, true],
    );
    board.set(board.show());
    assert.notEqual(board.draw("/a"), undefined, "setting the switches again starts the count again");
  });

  it("is drawn with the given ratio, and in the same order for the same seed", () => {
    const draws = (seed: number): string[] => {
      const board = switchBoard({ fail: { status: 500, ratio: 0.25 }, seed });
      return Array.from({ length: DRAWS }, () => board.draw("/")?.outcome.kind ?? "");
    };
    const failed = draws(7).filter((kind) => kind === "fail").length;
    assert.ok(Math.abs(failed / DRAWS - 0.25) < 0.01, `${failed} of ${DRAWS}`);
    assert.deepEqual(draws(7), draws(7));
    assert.notDeepEqual(draws(7), draws(8));
  });

  it("is the first of hang, reset, fail and break that hits", () => {
    const all: Switches = {
      hang: { ratio: 1, phase: "before-headers" },
      reset: { ratio: 1, phase: "mid-body" },
      fail: { status: 500, ratio: 1 },
      break: "not-json",
    };
    const { hang: _hang, ...fromReset } = all;
    const { reset: _reset, ...fromFail } = fromReset;
    assert.deepEqual(
      [kindOf(all), kindOf(fromReset), kindOf(fromFail), kindOf({ break: "not-json" })],
      ["hang", "reset", "fail", "break"],
    );
    assert.equal(kindOf({ ...all, hang: { ratio: 0, phase: "before-headers" } }), "reset");
  });

  it("has the given median and 99th percentile of a log-normal delay", () => {
    const random = seededRandom(1);
    const draws = Array.from({ length: DRAWS }, () =>
      drawDelay({ distribution: "lognormal", medianMs: 40, p99Ms: 400 }, random),
    );
    assert.ok(Math.abs(quantile(draws, 0.5) - 40) < 2, `median ${quantile(draws, 0.5)}`);
    assert.ok(Math.abs(quantile(draws, 0.99) - 400) < 50, `p99 ${quantile(draws, 0.99)}`);
  });

  it("has a uniform delay between the given ends", () => {
    const random = seededRandom(1);
    const draws = Array.from({ length: DRAWS }, () =>
      drawDelay({ distribution: "uniform", minMs: 10, maxMs: 20 }, random),
    );
    assert.ok(Math.min(...draws) >= 10 && Math.max(...draws) <= 20);
    assert.ok(Math.abs(quantile(draws, 0.5) - 15) < 0.3);
  });
});

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

  it("accepts what it has read before", () => {
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
      /delay\.distribution must be one of fixed, uniform, lognormal, got "normal"/,
    ],
    [{ delay: { distribution: "uniform", minMs: 9, maxMs: 3 } }, /maxMs must not be under/],
    [{ delay: { distribution: "lognormal", medianMs: 9, p99Ms: 3 } }, /medianMs <= p99Ms/],
    [{ delay: { distribution: "lognormal", medianMs: 0, p99Ms: 3 } }, /0 < medianMs/],
    [{ fail: { status: 200 } }, /fail\.status must be a whole number from 400 to 599, got 200/],
    [{ fail: { ratio: 1 } }, /fail\.status/],
    [{ fail: { status: 503, ratio: 1.1 } }, /fail\.ratio must be a number from 0 to 1, got 1\.1/],
    [{ fail: { status: 503, retryAfterSeconds: 0.5 } }, /fail\.retryAfterSeconds/],
    [{ hang: true }, /hang must be a JSON object, got true/],
    [{ reset: { phase: "later" } }, /reset\.phase must be one of before-headers, mid-body, got "later"/],
    [{ break: "json" }, /break must be one of missing-field, .* got "json"/],
    [{ paths: [] }, /paths must be a list/],
    [{ paths: "/orders" }, /paths must be a list/],
    [{ paths: ["orders"] }, /start with '\/', got \["orders"\]/],
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

  it("accepts or refuses any JSON, and fails in no other way", () => {
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
