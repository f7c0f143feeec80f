import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "./findings.ts";

test("a text of an answer cannot break the table", () => {
  const difference = { at: "/name", base: "a", here: "b | c\nd" };
  const finding = { ...difference, app: "web-bff", path: "/web", user: "1", pairs: 1 };
  const row = render([finding], 1, "main").split("\n").at(-1);
  assert.equal(row, "| web-bff | `/name` | 1 | a | b \\| c d | /web of user 1 |");
});
