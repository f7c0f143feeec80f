import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../repository/tree.ts";
import { ofToday, stepsOf } from "./testing/tutorial-steps.ts";

const FILE = "apps/mobile-bff/src/app.ts";
const TUTORIAL = readFileSync(join(ROOT, "docs/tutorial.md"), "utf8");

/** Today's app.ts, after releases that raised the versions to these. */
function released(newest: string, oldest: string): string {
  return readFileSync(join(ROOT, FILE), "utf8").replace(
    /newest: "\S+", oldest: "\S+"/,
    `newest: "${newest}", oldest: "${oldest}"`,
  );
}

for (const [newest, oldest, next] of [
  ["3.0.0", "2.0.0", "3.1.0"],
  ["3.1.0", "2.0.0", "3.2.0"],
  ["3.10.4", "2.4.0", "3.11.0"],
  ["4.0.0", "2.4.0", "4.1.0"],
] as const) {
  test(`the tutorial's next app is ${next} where the newest is ${newest}`, () => {
    const steps = stepsOf(ofToday(TUTORIAL, released(newest, oldest)));
    const edits = steps.flatMap((step) => (step.kind === "edit" && step.file === FILE ? [step] : []));
    assert.deepEqual(
      edits.map(({ before, after }) => released(newest, oldest).replace(before, () => after)),
      [released(next, oldest)],
    );
    const texts = steps.map((step) => JSON.stringify(step));
    for (const said of [`until(\\"${next}`, `--release mobile-bff ${next}`, `"version":"${next}"`])
      assert.ok(
        texts.some((text) => text.includes(said)),
        said,
      );
  });
}

test("versions of another form stop the replay", () => {
  assert.throws(() => ofToday(TUTORIAL, "versions: NEWEST"), /expected newest: "…"/);
});
