import assert from "node:assert/strict";
import { test } from "node:test";
import { SmallSet } from "./deadline.ts";

function setOf(...names: string[]) {
  const set = new SmallSet<{ name: string }>();
  const members = names.map((name) => ({ name }));
  for (const member of members) set.add(member);
  return { set, members };
}

test("it counts, forgets and drains its members", () => {
  const { set, members } = setOf("a", "b", "c");
  assert.equal(set.size, 3);
  set.delete(members[0] ?? { name: "" });
  set.delete({ name: "b" });
  assert.equal(set.size, 2);
  assert.equal(
    set.reduce((length, { name }) => length + name.length, 0),
    2,
  );
  const seen: string[] = [];
  set.drain(({ name }) => seen.push(name));
  assert.deepEqual(seen, ["b", "c"]);
  assert.equal(set.size, 0);
});

test("a member that is deleted while others are visited is not visited", () => {
  const { set, members } = setOf("a", "b", "c");
  const seen: string[] = [];
  set.drain(({ name }) => {
    seen.push(name);
    for (const member of members) set.delete(member);
  });
  assert.deepEqual(seen, ["a"]);
});
