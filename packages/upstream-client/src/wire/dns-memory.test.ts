import assert from "node:assert/strict";
import { test } from "node:test";
import type { LookupFunction } from "node:net";
import { rememberingLookup } from "./dns-memory.ts";

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

test("the last good answer stands in while the name server fails", async () => {
  const lookup = rememberingLookup(resolver("10.0.0.1", "10.0.0.2", new Error("EAI_AGAIN"), "10.0.0.3"));
  const answers: string[] = [];
  for (let asked = 0; asked < 4; asked += 1) answers.push(await ask(lookup, "things.test"));
  assert.deepEqual(answers, ["10.0.0.1", "10.0.0.2", "10.0.0.2", "10.0.0.3"]);
});

test("a name that was never found is an error, and no other name's answer", async () => {
  const lookup = rememberingLookup(resolver("10.0.0.1", new Error("ENOTFOUND")));
  await ask(lookup, "things.test");
  await assert.rejects(ask(lookup, "others.test"), /ENOTFOUND/);
});
