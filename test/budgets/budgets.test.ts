import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { before, describe, it } from "node:test";
import { measureBudgets } from "./measure.ts";
import { budgetedScreens, overruns } from "./screens.ts";
import type { MeasuredScreen } from "./screens.ts";

/** Another run's lots, to repeat it. */
const seed = process.env["SAMPLE_SEED"] ?? randomBytes(4).toString("hex");

describe(`what the screens cost on the sample data (SAMPLE_SEED=${seed})`, async () => {
  const screens = await budgetedScreens();
  let measured: readonly MeasuredScreen[] = [];
  before(async () => {
    measured = await measureBudgets(screens, seed);
  });

  for (const { app, name, budget } of screens) {
    it(`${app} ${name}: at most ${budget.upstreamCalls} upstream calls and ${budget.bytes} bytes, in ${budget.deadlineMs} ms`, (t) => {
      const screen = measured.find((one) => one.app === app && one.name === name);
      assert.ok(screen);
      assert.deepEqual(overruns(screen), []);
      const { use } = screen;
      if (use === undefined)
        return t.diagnostic(`not measured: no value is known for a parameter of ${screen.path}`);
      t.diagnostic(`most: ${use.upstreamCalls.amount} calls, ${use.bytes.amount} bytes`);
      assert.ok(use.visits >= 20 && use.bytes.amount > 0);
      // A parameter without a known value may ask for more.
      if (screen.unmeasured.length > 0)
        return t.diagnostic(`not measured with ${screen.unmeasured.join(", ")}: give examples in the schema`);
      const tight = `a budget is what a screen really needs: lower upstreamCalls in apps/${app}/src/screens`;
      assert.equal(use.upstreamCalls.amount, budget.upstreamCalls, tight);
    });
  }

  it("measures what is in the table of every app", () => {
    const names = new Set(screens.map(({ app, name }) => `${app} ${name}`));
    for (const known of [
      "web-bff home-page",
      "web-bff order-page",
      "mobile-bff home",
      "mobile-bff product",
    ]) {
      assert.ok(names.has(known), known);
    }
  });

  it("knows none of an app without screens, and refuses an app that is not there", async () => {
    assert.deepEqual(await budgetedScreens(["gateway", "partner-bff"]), []);
    assert.deepEqual(await budgetedScreens(["web"]), await budgetedScreens(["web-bff"]));
    await assert.rejects(budgetedScreens(["tv-bff"]), {
      name: "TypeError",
      message: /no app "tv-bff": those with screens are among web-bff, mobile-bff/,
    });
  });
});
