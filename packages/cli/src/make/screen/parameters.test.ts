import assert from "node:assert/strict";
import { test } from "node:test";
import { readName } from "../names.ts";
import { readParameters, shownOf, withParameters } from "./parameters.ts";

const NOTES = readName("order-notes", "a screen's name");
const FILES = new Map([
  [
    "src/screens/order-notes.ts",
    `/** Of the copied screen. */
export const orderNotes = screen({
  name: "order-notes",
  path: "/order-notes",
  budget: { deadlineMs: 800, upstreamCalls: 1, bytes: 1_000 },
});
`,
  ],
  ["src/screens/order-notes.test.ts", 'ask("/tv/order-notes");\nask("/tv/order-notes", {});\n'],
  ["src/views/order-notes.ts", 'path: "/order-notes"\n'],
]);
const made = (given: Parameters<typeof readParameters>[1]) =>
  withParameters(FILES, NOTES, "/tv", readParameters(NOTES, given));

test("a screen without parameters is as it was copied", () => {
  assert.deepEqual(made({}), FILES);
});

test("a path and a query are in the screen, with how its sections get them, and in its test", () => {
  const files = made({ path: "/orders/:orderId/notes", query: ["author", "cursor"] });
  assert.equal(
    files.get("src/screens/order-notes.ts"),
    `const OrderNotesQuery = Type.Object({ author: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })), });

/**
 * How its sections get the address:
 * \`load: (clients, { params, query }: ScreenInput<"orderId", typeof OrderNotesQuery>) => …\`.
 */
export const orderNotes = screen({
  name: "order-notes",
  path: "/orders/:orderId/notes",
  query: OrderNotesQuery,
  budget: { deadlineMs: 800, upstreamCalls: 1, bytes: 1_000 },
});
`,
  );
  const tests = files.get("src/screens/order-notes.test.ts") ?? "";
  assert.match(tests, /^ask\("\/tv\/orders\/1\/notes"\);\nask\("\/tv\/orders\/1\/notes", \{\}\);\n/);
  for (const name of ["author", "cursor"])
    assert.match(tests, new RegExp(`ask\\("/tv/orders/1/notes\\?${name}="\\)\\)\\.status, 400\\)`));
  // A value that it takes depends on what its author makes of it.
  assert.doesNotMatch(tests, /=a"/);
  assert.equal(files.get("src/views/order-notes.ts"), FILES.get("src/views/order-notes.ts"));
});

test("only a path, or only a query, is said as such", () => {
  const source = (given: Parameters<typeof made>[0]) => made(given).get("src/screens/order-notes.ts") ?? "";
  assert.match(source({ path: "/:a/:b" }), /\{ params \}: ScreenInput<"a" \| "b">\)/);
  assert.match(source({ query: ["q"] }), /\{ query \}: ScreenInput<never, typeof OrderNotesQuery>\)/);
});

test("an app's README shows the names of the path's and the query's parameters", () => {
  const shown = (given: Parameters<typeof readParameters>[1]) => shownOf(readParameters(NOTES, given));
  assert.equal(shown({}), "/order-notes");
  assert.equal(shown({ path: "/a/:b", query: ["author", "cursor"] }), "/a/:b?author=…&cursor=…");
});
