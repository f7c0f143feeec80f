import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { contractCommands } from "./contracts.ts";

describe("npm run contracts", () => {
  let root = "";
  before(() => {
    root = mkdtempSync(join(tmpdir(), "contracts-"));
    for (const [app, file] of [
      ["shop-bff", "openapi.json"],
      ["other-bff", "schema.graphql"],
    ] as const) {
      mkdirSync(join(root, "apps", app, "contracts"), { recursive: true });
      writeFileSync(join(root, "apps", app, "contracts", file), "");
    }
    const scripts = { "shop-bff": { contracts: "" }, "other-bff": { generate: "" } };
    for (const [app, has] of Object.entries(scripts)) {
      writeFileSync(join(root, "apps", app, "package.json"), JSON.stringify({ scripts: has }));
    }
    mkdirSync(join(root, "apps", "gateway"));
  });
  after(() => rmSync(root, { recursive: true }));

  const ask = (...words: readonly string[]) => {
    const names = words.filter((word) => !word.startsWith("--"));
    const wanted = { write: words.includes("--write"), release: words.includes("--release") };
    const commands = contractCommands(root, wanted, names);
    return commands.map(({ cwd, args }) => [cwd, ...args].join(" ").replaceAll(root, "."));
  };

  it("checks every app that has a contract", () => {
    assert.deepEqual(ask(), [". ./packages/contract-guard/src/main.ts ./apps/other-bff ./apps/shop-bff"]);
  });

  it("checks the named app alone", () => {
    assert.deepEqual(ask("shop-bff"), [". ./packages/contract-guard/src/main.ts ./apps/shop-bff"]);
  });

  it("writes contracts, and what is made from them, by the apps' own scripts", () => {
    assert.deepEqual(ask("--write"), ["./apps/other-bff --run generate", "./apps/shop-bff --run contracts"]);
  });

  it("releases one app's contract under a version, and makes the client's types of it", () => {
    const command = ". ./packages/contract-guard/src/main.ts --release 1.2.0 ./apps/shop-bff";
    assert.deepEqual(ask("--release", "shop-bff", "1.2.0"), [command, "./apps/shop-bff --run contracts"]);
  });

  it("refuses an app that has no contract, and names those that have", () => {
    const message = 'no app "gateway" has a contract: other-bff, shop-bff have one';
    for (const words of [["gateway"], ["--write", "gateway"], ["--release", "gateway", "1.0.0"]])
      assert.throws(() => ask(...words), { name: "UsageError", message });
  });

  it("refuses a release without its version", () => {
    assert.throws(() => ask("--release", "shop-bff"), /--release mobile-bff 3\.1\.0/);
  });
});
