import assert from "node:assert/strict";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import type { IdentityKey } from "@triptych/identity";
import { followingKeys } from "./following-keys.ts";

const key = (kid: string, byte: number): IdentityKey => ({ kid, secret: Buffer.alloc(32, byte) });

/** An app that follows a ring, and which kids each answer was made with. */
async function follow(first: readonly IdentityKey[]) {
  let ring = first;
  const built: string[] = [];
  const answeredWith: string[] = [];
  const app = await followingKeys(
    () => ring,
    async (keys) => {
      const kids = keys.map(({ kid }) => kid).join();
      built.push(kids);
      await Promise.resolve();
      return () => void answeredWith.push(kids);
    },
  );
  return {
    built,
    answeredWith,
    ask: async (next: readonly IdentityKey[]): Promise<void> => {
      ring = next;
      const req = new IncomingMessage(new Socket());
      app(req, new ServerResponse(req));
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test("answers with the ring as it is when a request comes, from the first one after a change", async () => {
  const one = [key("one", 1), key("two", 2)];
  const two = [key("two", 2), key("three", 3)];
  const { ask, built, answeredWith } = await follow(one);
  await ask(one);
  await ask(two);
  await ask(two);
  assert.deepEqual(answeredWith, ["one,two", "two,three", "two,three"]);
  assert.deepEqual(built, ["one,two", "two,three"]);
});

test("keeps the app where other files were read anew and the keys are the same", async () => {
  const { ask, built } = await follow([key("one", 1)]);
  await ask([key("one", 1)]);
  assert.deepEqual(built, ["one"]);
  await ask([key("one", 9)]);
  assert.deepEqual(built, ["one", "one"], "the same kid with another secret is another key");
});

test("does not start where the app cannot be made", async () => {
  const failing = followingKeys(
    () => [],
    () => Promise.reject(new Error("no schema")),
  );
  await assert.rejects(failing, /no schema/);
});
