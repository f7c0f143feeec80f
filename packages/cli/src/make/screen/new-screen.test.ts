import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runOnStandIn } from "../testing/run-on-stand-in.ts";

const app = (port: number, prefix: string) => JSON.stringify({ config: { port, prefix } });
const FILES = {
  "apps/mobile-bff/package.json": app(8102, "/mobile"),
  "apps/mobile-bff/README.md": "",
  "apps/mobile-bff/src/screens/home.ts": 'export const home = screen({ name: "home", path: "/home" });',
  "apps/mobile-bff/src/screens/start.ts": 'export const start = screen({ name: "start", path: "/first" });',
  "apps/mobile-bff/src/screens/list.ts":
    'export const list = screen({ name: "list", path: "/lists/:listId" });',
  "apps/mobile-bff/src/screens/reader.ts": "",
  "apps/mobile-bff/src/app.ts": 'import { home } from "./screens/home.ts";\n\nexport const OTHER = [];\n',
  "apps/partner-bff/package.json": app(8103, "/partner"),
  "apps/partner-bff/contracts/operations/1.graphql":
    "# Theirs\nquery Basket($id: ID!) {\n  wallet(id: $id)\n}\n",
  "apps/partner-bff/contracts/schema.graphql":
    "type Query {\n  viewer: Viewer!\n  wallet(id: ID!): Int\n}\n\ntype Money {\n  amount: Int!\n}\n",
};

describe("npm run new:screen refuses in one line, and changes nothing,", () => {
  const refusals: readonly (readonly [why: string, args: readonly string[], code: number, says: RegExp])[] = [
    ["a missing app", [], 2, /<app> is missing \(see npx triptych new:screen --help\)/],
    ["a missing name without a person to ask", ["mobile"], 2, /<name> is missing/],
    ["an app that is not there", ["tv", "a"], 2, /no app "tv": it is one of mobile-bff, partner-bff/],
    ["a name in capitals", ["mobile", "LoyaltyCard"], 2, /small letters and digits .* got "LoyaltyCard"/],
    ["a name that leads elsewhere", ["mobile", "../../x"], 2, /small letters/],
    ["an empty name", ["mobile", ""], 2, /small letters/],
    ["a name of several lines", ["mobile", "a\nb"], 2, /small letters/],
    ["a very long name", ["mobile", "a".repeat(41)], 2, /at most 40/],
    ["a name that JavaScript has taken", ["mobile", "default"], 2, /cannot be "default"/],
    ["a screen that is there", ["mobile", "home"], 1, /home\.ts .*already/],
    ["a path that another screen has", ["mobile", "first"], 1, /start\.ts has .*\/first already/],
    [
      "a path that a parameter of another name has",
      ["mobile", "a", "--path", "/lists/:id"],
      1,
      /list\.ts has/,
    ],
    ["a path without its slash", ["mobile", "a", "--path", "lists"], 2, /--path is .* but got "lists"/],
    [
      "a path of odd characters",
      ["mobile", "a", "--path", "/a/../b"],
      2,
      /--path is .* but got "\/a\/\.\.\/b"/,
    ],
    ["a parameter that is there twice", ["mobile", "a", "--path", "/:id/:id"], 2, /id is there twice/],
    ["a query of odd characters", ["mobile", "a", "--query", "a[]"], 2, /--query is a name .* got "a\[\]"/],
    [
      "a query for a field",
      ["partner", "a", "--query", "q"],
      2,
      /partner-bff has no screens: give the field/,
    ],
    ["a file that is no screen", ["mobile", "reader"], 1, /src\/screens\/reader\.ts is there already/],
    ["a list of another form", ["mobile", "a"], 1, /the list of screens in .*app\.ts is not where/],
    ["a field that is there", ["partner", "viewer"], 1, /viewer or Viewer already/],
    ["a field with arguments that is there", ["partner", "wallet"], 1, /wallet or Wallet already/],
    ["the path of the contract's page", ["mobile", "docs"], 1, /\/docs is where the contract's page is/],
    ["a root type of GraphQL", ["partner", "subscription"], 1, /Subscription is a type of GraphQL's own/],
    ["a scalar of GraphQL", ["partner", "string"], 1, /String is a type of GraphQL's own/],
    ["a document that is there", ["partner", "basket"], 1, /1\.graphql is the document Basket already/],
    ["a type that is there", ["partner", "money"], 1, /money or Money already/],
  ];
  for (const [why, args, code, says] of refusals) {
    it(why, async () => {
      const outcome = await runOnStandIn("new:screen", FILES, args);
      assert.equal(outcome.code, code, outcome.complained);
      assert.match(outcome.complained, says);
      assert.match(outcome.complained, /^new:screen: .*\n$/);
      assert.equal(outcome.asked, "");
      assert.deepEqual(outcome.files, FILES);
    });
  }
});

describe("npm run new:screen asks a person", () => {
  it("for what is missing, and again for what will not do", async () => {
    const { asked, complained } = await runOnStandIn(
      "new:screen",
      FILES,
      [],
      ["tv", "mobile", "Home", "home"],
    );
    assert.match(asked, /^Which app \(mobile-bff, partner-bff\): there is no app "tv"/);
    assert.match(asked, /What is the screen called: a screen's name is small letters/);
    assert.match(complained, /already/, "which is what came of the last answer");
  });

  it("and makes nothing where there is no answer", async () => {
    const { code, complained, files } = await runOnStandIn("new:screen", FILES, [], ["mobile"]);
    assert.deepEqual([code, complained], [130, "new:screen: stopped: nothing was made\n"]);
    assert.deepEqual(files, FILES);
  });
});
