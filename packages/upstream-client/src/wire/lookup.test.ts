import assert from "node:assert/strict";
import type { LookupFunction } from "node:net";
import { test } from "node:test";
import { FakeClock } from "@triptych/testing";
import { rememberingLookup } from "./lookup.ts";

type Answer = string | Error;

/** A resolver that gives the next of its answers each time. */
function resolver(...answers: Answer[]): LookupFunction {
  return (_, __, callback) => {
    const answer = answers.shift();
    if (typeof answer === "string") callback(null, answer, 4);
    else callback(answer ?? new Error("asked too often"), "");
  };
}

function ask(lookup: LookupFunction, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    lookup(name, {}, (error, address) => {
      if (error === null && typeof address === "string") resolve(address);
      else reject(error ?? new Error("expected one address"));
    });
  });
}

test("the last good answer is used while the name server fails", async () => {
  const lookup = rememberingLookup(
    new FakeClock(),
    resolver("10.0.0.1", "10.0.0.2", new Error("EAI_AGAIN"), "10.0.0.3"),
  );
  const answers: string[] = [];
  for (let asked = 0; asked < 4; asked += 1) answers.push(await ask(lookup, "things.test"));
  assert.deepEqual(answers, ["10.0.0.1", "10.0.0.2", "10.0.0.2", "10.0.0.3"]);
});

test("a name that was never found is an error", async () => {
  const lookup = rememberingLookup(new FakeClock(), resolver("10.0.0.1", new Error("ENOTFOUND")));
  await ask(lookup, "things.test");
  await assert.rejects(ask(lookup, "others.test"), /ENOTFOUND/);
});

test("the last good answer is used while the name server hangs, and it is asked once at a time", async () => {
  const clock = new FakeClock();
  const questions: Parameters<LookupFunction>[2][] = [];
  const lookup = rememberingLookup(clock, (_, __, answer) => void questions.push(answer));
  const first = ask(lookup, "things.test");
  questions[0]?.(null, "10.0.0.1", 4);
  assert.equal(await first, "10.0.0.1");
  const hanging = [ask(lookup, "things.test"), ask(lookup, "things.test")];
  await clock.advanceInTurns(99);
  const early = await Promise.race([hanging[0], Promise.resolve("none yet")]);
  await clock.advanceInTurns(1);
  assert.deepEqual([early, ...(await Promise.all(hanging))], ["none yet", "10.0.0.1", "10.0.0.1"]);
  assert.equal(questions.length, 2);
  questions[1]?.(null, "10.0.0.2", 4);
  await clock.advanceInTurns(0);
  const next = ask(lookup, "things.test");
  await clock.advanceInTurns(100);
  assert.equal(await next, "10.0.0.2", "what came late is remembered");
  assert.equal(clock.pending, 0);
});
