import assert from "node:assert/strict";
import { it } from "node:test";
import { FakeClock } from "@triptych/testing";
import { Instances } from "./instances.ts";

it("takes instances in turn, and last for 2 s one that could not be reached", async () => {
  const clock = new FakeClock();
  const instances = new Instances(["http://127.0.0.1:1", "http://127.0.0.1:2"], clock);
  const [first, second] = instances.inTurn();
  assert.ok(first && second);
  assert.equal(instances.inTurn()[0], second, "the next one's turn");
  first.markUnreachable();
  for (let turn = 0; turn < 4; turn += 1) {
    assert.deepEqual(
      instances.inTurn().map(({ origin }) => origin),
      [second.origin, first.origin],
    );
  }
  clock.advance(2_000);
  const firsts = [instances.inTurn()[0], instances.inTurn()[0]];
  assert.equal(new Set(firsts).size, 2, "both take turns again");
  await instances.close();
});
