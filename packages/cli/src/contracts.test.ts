import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { contractCommands, contracts } from "./contracts.ts";

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
    const guard = join(root, "node_modules/@triptych/contract-guard");
    mkdirSync(guard, { recursive: true });
    writeFileSync(join(guard, "package.json"), '{ "bin": { "contract-guard": "main.js" } }');
  });
  after(() => rmSync(root, { recursive: true }));

  const ask = (...words: readonly string[]) => {
    const names = words.filter((word) => !word.startsWith("--"));
    const wanted = { write: words.includes("--write"), release: words.includes("--release") };
    const commands = contractCommands(root, wanted, names);
    return commands.map(({ cwd, args }) => [cwd, ...args].join(" ").replaceAll(root, "."));
  };

  it("checks every app that has a contract", () => {
    assert.deepEqual(ask(), [
      ". ./node_modules/@triptych/contract-guard/main.js ./apps/other-bff ./apps/shop-bff",
    ]);
  });

  it("checks only the named app, also by its short name", () => {
    for (const name of ["shop-bff", "shop"])
      assert.deepEqual(ask(name), [". ./node_modules/@triptych/contract-guard/main.js ./apps/shop-bff"]);
  });

  it("writes nothing after a release that the guard refused", () => {
    const app = join(root, "apps", "late-bff");
    const guard = join(root, "node_modules/@triptych/contract-guard/main.js");
    mkdirSync(join(app, "contracts"), { recursive: true });
    writeFileSync(join(app, "contracts", "openapi.json"), "");
    writeFileSync(
      join(app, "write.mjs"),
      'import { writeFileSync } from "node:fs"; writeFileSync("wrote", "");',
    );
    writeFileSync(join(app, "package.json"), JSON.stringify({ scripts: { contracts: "node write.mjs" } }));
    try {
      for (const [code, isWritten] of [
        [2, false],
        [0, true],
      ] as const) {
        writeFileSync(guard, `process.exitCode = ${code};`);
        assert.equal(contracts({ release: true }, ["late", "3.1.0"], root), code);
        assert.equal(existsSync(join(app, "wrote")), isWritten);
      }
    } finally {
      rmSync(app, { recursive: true });
      rmSync(guard);
    }
  });

  it("judges no file that the screens have outgrown", () => {
    const app = join(root, "apps", "stale-bff");
    const contract = { info: { version: "2.0.0" } };
    const print = `process.stdout.write(JSON.stringify({ ...${JSON.stringify(contract)}, paths: {}, asked: process.argv[3] }));`;
    mkdirSync(join(app, "contracts"), { recursive: true });
    writeFileSync(join(app, "contracts", "openapi.json"), JSON.stringify(contract));
    writeFileSync(join(app, "print.mjs"), print);
    writeFileSync(join(app, "package.json"), JSON.stringify({ scripts: { contract: "node print.mjs" } }));
    const message = /stale-bff\/contracts\/openapi\.json is not what the screens make: .* --write stale-bff/;
    try {
      for (const words of [{ names: ["stale"] }, { names: ["stale", "2.1.0"], release: true }])
        assert.throws(() => contracts(words, words.names, root), { name: "CommandError", message });
    } finally {
      rmSync(app, { recursive: true });
    }
  });

  it("passes on what describing the screens says, such as a missing example", (t) => {
    const app = join(root, "apps", "said-bff");
    mkdirSync(join(app, "contracts"), { recursive: true });
    writeFileSync(join(app, "contracts", "openapi.json"), "{}");
    const contract = "echo no example of home >&2; printf {}";
    writeFileSync(join(app, "package.json"), JSON.stringify({ scripts: { contract } }));
    const guard = join(root, "node_modules/@triptych/contract-guard/main.js");
    writeFileSync(guard, "");
    const said = t.mock.method(process.stderr, "write", () => true);
    try {
      assert.equal(contracts({}, ["said"], root), 0);
      assert.deepEqual(
        said.mock.calls.map(({ arguments: [text] }) => text),
        ["no example of home\n"],
      );
    } finally {
      rmSync(app, { recursive: true });
      rmSync(guard);
    }
  });

  it("writes contracts, and what is made from them, by the apps' own scripts", () => {
    assert.deepEqual(ask("--write"), ["./apps/other-bff --run generate", "./apps/shop-bff --run contracts"]);
  });

  it("releases one app's contract under a version, and makes the client's types of it", () => {
    const command = ". ./node_modules/@triptych/contract-guard/main.js --release 1.2.0 ./apps/shop-bff";
    assert.deepEqual(ask("--release", "shop-bff", "1.2.0"), [command, "./apps/shop-bff --run contracts"]);
  });

  it("refuses an app that has no contract, and names those that have", () => {
    const message = 'there is no app with a contract "gateway": it is one of other-bff, shop-bff';
    for (const words of [["gateway"], ["--write", "gateway"], ["--release", "gateway", "1.0.0"]])
      assert.throws(() => ask(...words), { name: "UsageError", message });
  });

  it("refuses a release without its version", () => {
    assert.throws(() => ask("--release", "shop-bff"), /--release mobile-bff 3\.1\.0/);
  });
});
