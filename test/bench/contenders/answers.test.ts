import assert from "node:assert/strict";
import { test } from "node:test";
import { Lab } from "../processes/lab.ts";
import { GROUPS } from "./contenders.ts";

for (const { title, project, baseline, others } of GROUPS) {
  // Peers have packages of their own; npm run bench looks at their answers.
  const contenders = [baseline, ...others].filter(({ peer }) => !peer);
  test(`${title}: all contenders answer the project's page, for users who share no call`, async () => {
    await using lab = await Lab.open({ pinned: false });
    const services = await lab.services();
    const { answer, bytes, client } = await lab.start(project, services);
    // A reader of GraphQL's answers refuses one that lacks a part.
    const whole = project.read === undefined ? { degraded: [] } : {};
    assert.partialDeepStrictEqual(
      answer,
      whole,
      "the recordings do not hold what the app asks for: node test/bench/recordings/main.ts makes them anew",
    );
    // A machine that pauses the program makes some of them late: not again and again.
    let broken = await client.pages(20, 4, bytes);
    for (let round = 0; round < 10 && broken > 0; round += 1) broken = await client.pages(20, 4, bytes);
    assert.equal(broken, 0, "pages that were not whole");
    for (const contender of contenders) {
      const { answer: other } = await lab.start(contender, services);
      // A field that the app's team has added since is no business of theirs; a part of the page is.
      assert.deepEqual(Object.keys(Object(other)), Object.keys(Object(answer)), contender.name);
      assert.partialDeepStrictEqual(answer, other, contender.name);
    }
  });
}
