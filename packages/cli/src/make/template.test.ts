import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { reachable, withoutSample } from "./template.ts";

const strip = (files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(withoutSample(new Map(Object.entries(files))));

/** An app in small: a screen that stays, one that only the sample has, and what each needs. */
const APP = {
  "src/app.ts": [
    'import { order } from "./order.ts";',
    'import { home, first as start } from "./home.ts";',
    "",
    "export const app = {",
    "  // sample:begin",
    '  version: "3.0.0",',
    "  // sample:else",
    '  // version: "1.0.0",',
    "  // sample:end",
    "  screens: [order, home, start],",
    "  commands: [order],",
    "};",
    "",
  ].join("\n"),
  "src/home.ts": [
    'import { image } from "./image.ts";',
    'import { optional, required } from "library";',
    "",
    "/** How many. */",
    "const ORDERS = 3;",
    "",
    "/** What stays. */",
    "export const home = {",
    "  profile: required(image),",
    "  // sample:begin",
    "  orders: optional(ORDERS),",
    "  // sample:end",
    "};",
    "export const first = home;",
    "",
  ].join("\n"),
  "src/order.ts": "// sample:file\nexport const order = 1;\n",
  "src/order.test.ts": 'import { order } from "./order.ts";\nuse(order);\n',
  "src/image.ts": "export const image = 1;\n",
  "README.md": "# App\n<!-- sample:begin -->\n3 screens\n<!-- sample:else\n1 screen\nsample:end -->\n",
};

describe("a template made from an app", () => {
  it("has neither what only the sample shows, nor tests of it", () => {
    assert.deepEqual(Object.keys(strip(APP)), ["src/app.ts", "src/home.ts", "src/image.ts", "README.md"]);
    assert.equal(strip(APP)["README.md"], "# App\n1 screen\n");
  });

  it("has no use of what is left out: imports, entries of lists, lists that are empty then", () => {
    assert.equal(
      strip(APP)["src/app.ts"],
      'import { home, first as start } from "./home.ts";\n\nexport const app = {\n  version: "1.0.0",\n  screens: [home, start],\n};\n',
    );
  });

  it("has no constant and no import that nothing uses any more", () => {
    assert.equal(
      strip(APP)["src/home.ts"],
      'import { image } from "./image.ts";\nimport { required } from "library";\n\n/** What stays. */\nexport const home = {\n  profile: required(image),\n};\nexport const first = home;\n',
    );
  });

  it("has what the asked files lead to", () => {
    const files = reachable(new Map(Object.entries(strip(APP))), ["src/home.ts"]);
    assert.deepEqual([...files.keys()], ["src/home.ts", "src/image.ts"]);
  });

  for (const [what, text] of [
    ["a begin without an end", "// sample:begin\n"],
    ["an end without a begin", "// sample:end\n"],
    ["an else without a begin", "// sample:else\n"],
    ["a begin in another", "// sample:begin\n// sample:begin\n// sample:end\n"],
  ] as const) {
    it(`is refused for ${what}, with the name of the file`, () => {
      assert.throws(() => strip({ "src/a.ts": text }), /^Error: src\/a\.ts: sample:/);
    });
  }
});
