import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runOnStandIn } from "../testing/run-on-stand-in.ts";

const app = (port: number, prefix: string) => JSON.stringify({ config: { port, prefix } });
const FILES = {
  "apps/mobile-bff/package.json": app(8102, "/mobile"),
  "apps/handheld-bff/package.json": app(8103, "/pda"),
  "package.json": JSON.stringify({ name: "triptych" }),
  "apps/half-bff/README.md": "",
  ".github/CODEOWNERS": "/.github/workflows/mobile-bff.yml @triptych/mobile-team\n",
  "catalog-info.yaml": "spec:\n  targets:\n    - ./apps/mobile-bff/catalog-info.yaml\n---\n",
  "apps/gateway/src/routes.ts": '      name: "inventory",\n',
};

describe("npm run new:bff refuses in one line, and changes nothing,", () => {
  const team = ["--team", "kiosk-team"];
  const refusals: readonly (readonly [why: string, args: readonly string[], code: number, says: RegExp])[] = [
    ["a missing name", team, 2, /<name> is missing \(see npx triptych new:bff --help\)/],
    ["a missing team without a person to ask", ["kiosk"], 2, /--team is missing/],
    ["an empty team", ["kiosk", "--team", ""], 2, /a team's name is small letters/],
    [
      "a team as GitHub writes it",
      ["kiosk", "--team", "@triptych/kiosk"],
      2,
      /a team's name is small letters/,
    ],
    ["a name in capitals", ["Kiosk", ...team], 2, /small letters and digits .* got "Kiosk"/],
    ["a path of the gateway's own", ["auth", ...team], 2, /\/auth is the gateway's own path/],
    ["a BFF that is there", ["mobile", ...team], 1, /apps\/mobile-bff is there already/],
    [
      "a BFF that is there, by its whole name",
      ["mobile-bff", ...team],
      1,
      /apps\/mobile-bff is there already/,
    ],
    ["a folder that is there", ["half", ...team], 1, /apps\/half-bff is there already/],
    ["a path that another BFF has", ["pda", ...team], 1, /\/pda is the path of handheld-bff/],
    ["a route that is there", ["inventory", ...team], 1, /has a route "inventory" already/],
    [
      "a gateway of another form",
      ["kiosk", ...team],
      1,
      /targets in .*routes\.ts is not where it was expected/,
    ],
  ];
  for (const [why, args, code, says] of refusals) {
    it(why, async () => {
      const outcome = await runOnStandIn("new:bff", FILES, args);
      assert.equal(outcome.code, code, outcome.complained);
      assert.match(outcome.complained, says);
      assert.match(outcome.complained, /^new:bff: .*\n$/);
      assert.equal(outcome.asked, "");
      assert.deepEqual(outcome.files, FILES);
    });
  }
});

describe("npm run new:bff asks a person", () => {
  it("for what is missing, and again for what will not do", async () => {
    const { asked, complained } = await runOnStandIn("new:bff", FILES, [], ["api", "pda", "a team", "ours"]);
    assert.match(asked, /^What is the client called: \/api is the gateway's own path/);
    assert.match(asked, /Which team owns it: a team's name is small letters/);
    assert.match(complained, /is the path of handheld-bff/, "which is what came of the last answers");
  });
});
