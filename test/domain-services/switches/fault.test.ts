import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "../seed/random.ts";
import { switchBoard } from "./board.ts";
import { drawDelay } from "./fault.ts";
import type { Switches } from "./switches.ts";

const DRAWS = 20_000;

/** The value below which that share of the draws lies. */
function quantile(draws: readonly number[], share: number): number {
  return draws.toSorted((a, b) => a - b)[Math.floor(draws.length * share)] ?? Number.NaN;
}

const kindOf = (switches: Switches): string | undefined => switchBoard(switches).draw("/")?.outcome.kind;

describe("what a call suffers", () => {
  it("is nothing where nothing is switched on", () => {
    assert.equal(switchBoard({}).draw("/orders"), null);
    assert.equal(switchBoard({ paths: ["/orders"], seed: 1 }).draw("/orders"), null);
  });

  it("is nothing on other paths than those that are meant", () => {
    const board = switchBoard({ delay: { distribution: "fixed", ms: 5 }, paths: ["/orders/", "/recs"] });
    assert.equal(board.draw("/orders"), null);
    assert.equal(board.draw("/orders/ord_1")?.delayMs, 5);
    assert.equal(board.draw("/recs/v2")?.delayMs, 5);
  });

  it("ends after as many calls as it was switched on for, and paths that are not meant do not count", () => {
    const board = switchBoard({ fail: { status: 503, ratio: 1 }, paths: ["/a"], times: 2 });
    board.draw("/b");
    assert.deepEqual(
      [board.draw("/a") === null, board.draw("/a") === null, board.draw("/a") === null],
      [false, false, true],
    );
    board.set(board.show());
    assert.notEqual(board.draw("/a"), null, "setting the switches again starts the count again");
  });

  it("is drawn in the ratio that is asked for, and in the same order for the same seed", () => {
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

  it("has the median and the 99th percentile of the log-normal delay that is asked for", () => {
    const random = seededRandom(1);
    const draws = Array.from({ length: DRAWS }, () =>
      drawDelay({ distribution: "lognormal", medianMs: 40, p99Ms: 400 }, random),
    );
    assert.ok(Math.abs(quantile(draws, 0.5) - 40) < 2, `median ${quantile(draws, 0.5)}`);
    assert.ok(Math.abs(quantile(draws, 0.99) - 400) < 50, `p99 ${quantile(draws, 0.99)}`);
  });

  it("has a uniform delay between the ends that are asked for", () => {
    const random = seededRandom(1);
    const draws = Array.from({ length: DRAWS }, () =>
      drawDelay({ distribution: "uniform", minMs: 10, maxMs: 20 }, random),
    );
    assert.ok(Math.min(...draws) >= 10 && Math.max(...draws) <= 20);
    assert.ok(Math.abs(quantile(draws, 0.5) - 15) < 0.3);
  });
});
