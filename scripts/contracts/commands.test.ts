import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { contractCommands } from "./commands.ts";

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
    mkdirSync(join(root, "apps", "shop-bff", "client"));
    mkdirSync(join(root, "apps", "gateway"));
  });
  after(() => rmSync(root, { recursive: true }));

  const ask = (...words: readonly string[]) => {
    const names = words.filter((word) => !word.startsWith("--"));
    const commands = contractCommands({
      root,
      write: words.includes("--write"),
      release: words.includes("--release"),
      names,
    });
    return typeof commands === "string"
      ? commands
      : commands.map((command) => command.join(" ").replaceAll(`${root}/`, ""));
  };

  it("checks every app that has a contract", () => {
    assert.deepEqual(ask(), ["packages/contract-guard/src/main.ts apps/other-bff apps/shop-bff"]);
  });

  it("checks the named app alone", () => {
    assert.deepEqual(ask("shop-bff"), ["packages/contract-guard/src/main.ts apps/shop-bff"]);
  });

  it("writes the contracts by the apps' own programs, and the types of a client package after its contract", () => {
    assert.deepEqual(ask("--write"), [
      "apps/other-bff/src/contract/main.ts",
      "apps/shop-bff/src/contract/main.ts",
      "packages/contract-codegen/src/client/main.ts --command npm run contracts -w @triptych/shop-bff " +
        "apps/shop-bff/contracts/openapi.json apps/shop-bff/client/generated/contract.d.ts",
    ]);
  });

  it("releases one app's contract under a version", () => {
    assert.deepEqual(ask("--release", "shop-bff", "1.2.0"), [
      "packages/contract-guard/src/main.ts --release 1.2.0 apps/shop-bff",
    ]);
  });

  it("refuses an app that has no contract, and names those that have", () => {
    const message = 'No app "gateway" has a contract: other-bff, shop-bff have one.';
    for (const words of [["gateway"], ["--write", "gateway"], ["--release", "gateway", "1.0.0"]])
      assert.equal(ask(...words), message);
  });

  it("refuses a release without its version", () => {
    assert.match(String(ask("--release", "shop-bff")), /--release mobile-bff 3\.1\.0/);
  });
});
