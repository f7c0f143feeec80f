import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { pathsOf } from "./visits.ts";

const SCREEN = {
  name: "wish",
  path: "/wishes/:wishId",
  budget: { deadlineMs: 800 },
  sections: {},
};

test("a screen is visited with each value of its path, and of what its query needs", () => {
  const query = { properties: { q: {}, sort: {}, page: { default: 1 } }, required: ["q", "page"] };
  const values = { wishId: () => ["1", "a/b"], q: () => ["?"] };
  assert.deepEqual(pathsOf("/tv", { ...SCREEN, query }, "ada", values), [
    "/tv/wishes/1?q=%3F",
    "/tv/wishes/a%2Fb?q=%3F",
  ]);
});

test("a parameter without values is refused, with the place where they are missing", () => {
  assert.throws(() => pathsOf("/tv", SCREEN, "ada"), {
    name: "TypeError",
    message:
      "wish: no value is known for wishId: give it values in packages/domain-clients/src/testing/visits.ts",
  });
});

test("the tests of degradation say so at once, with no app left open behind them", () => {
  const code = `
    import { testDegradation } from ${JSON.stringify(import.meta.resolve("./index.ts"))};
    const openApp = async () => {
      setInterval(() => {}, 1000);
      return {};
    };
    testDegradation({ prefix: "/tv", screens: [${JSON.stringify(SCREEN)}], openApp, user: "ada" });`;
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { signal, status, stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", code], {
    env,
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.deepEqual([signal, status], [null, 1], stdout);
  assert.match(stdout, /no value is known for wishId/);
});
