import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "./findings.ts";

const BOTH = { name: "main (1)", here: "what is here (2)" };

test("a text of an answer cannot break the table", () => {
  const difference = { at: "/name", base: "a", here: "b | c\nd" };
  const finding = { ...difference, app: "web-bff", path: "/web", user: "1", pairs: 1 };
  const outcome = { findings: [finding], pairs: 1, refused: 0, added: [] };
  const row = render(outcome, BOTH).split("\n").at(-1)?.replaceAll(/ +/g, " ");
  assert.equal(row, "| web-bff | `/name` | 1 | a | b \\| c d | /web of user 1 |");
});

test("says what was compared, which screens are new, and how many answers were problems", () => {
  const outcome = { findings: [], pairs: 9, refused: 2, added: ["web-bff parcels"] };
  assert.equal(
    render(outcome, BOTH),
    `web-bff parcels is new: there is nothing to compare it with.
9 requests were answered by main (1) and by what is here (2), 2 of them with a problem by both: all alike.`,
  );
});
