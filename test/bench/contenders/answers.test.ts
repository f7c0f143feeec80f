import assert from "node:assert/strict";
import { test } from "node:test";
import { openLab } from "../lab/lab.ts";
import {
  BARE_HTML,
  BARE_MOBILE,
  BARE_WEB,
  FETCH_MOBILE,
  FETCH_WEB,
  MOBILE_BFF,
  PARTNER_BFF,
  ROOMY_WEB_BFF,
  WEB_BFF,
  WEB_HTML,
} from "./contenders.ts";

// The peers have packages of their own; npm run bench compares their answers.
const CONTENDERS = [
  [WEB_BFF, BARE_WEB, FETCH_WEB, ROOMY_WEB_BFF],
  [MOBILE_BFF, BARE_MOBILE, FETCH_MOBILE],
  [PARTNER_BFF],
] as const;

for (const [project, ...others] of CONTENDERS) {
  test(`${project.app.name}: all contenders answer the project's page`, async () => {
    await using lab = await openLab({ pinned: false });
    const { answer, bytes, client } = await lab.start({ contender: project, inFlight: 4 });
    // A reader of GraphQL's answers refuses one that lacks a part.
    const whole = project.read === undefined ? { degraded: [] } : {};
    assert.partialDeepStrictEqual(
      answer,
      whole,
      "the recordings lack what the app asks for: node test/bench/recordings/main.ts records it",
    );
    // A machine that pauses the program makes some of them late: not again and again.
    let broken = await client.pages(20, bytes);
    for (let round = 0; round < 10 && broken > 0; round += 1) broken = await client.pages(20, bytes);
    assert.equal(broken, 0, "pages that were not whole");
    for (const contender of others) {
      const { answer: other } = await lab.start({ contender });
      // The app's team may have added a field since; a part of the page must not be missing.
      assert.deepEqual(Object.keys(Object(other)), Object.keys(Object(answer)), contender.name);
      assert.partialDeepStrictEqual(answer, other, contender.name);
    }
  });
}

test("as HTML, the bare program answers the web BFF's page", async () => {
  await using lab = await openLab({ pinned: false });
  const { running } = await lab.startAll([{ contender: WEB_HTML }, { contender: BARE_HTML }]);
  assert.equal(running.length, 2);
});
