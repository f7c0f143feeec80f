import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { contractCommands, contracts } from "./contracts.ts";

const GUARD = "node_modules/@triptych/contract-guard";

describe("npm run contracts", () => {
  let root = "";
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const addApp = (name: string, contract: object, scripts: Readonly<Record<string, string>>): void => {
    write(`apps/${name}/contracts/openapi.json`, JSON.stringify(contract));
    write(`apps/${name}/package.json`, JSON.stringify({ scripts }));
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "contracts-"));
    addApp("shop-bff", {}, { contracts: "" });
    write("apps/other-bff/contracts/schema.graphql", "");
    write("apps/other-bff/package.json", '{ "scripts": { "generate": "" } }');
    write("apps/gateway/package.json", "{}");
    write(`${GUARD}/package.json`, '{ "bin": { "contract-guard": "main.js" } }');
    write(`${GUARD}/main.js`, "");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const ask = (...words: readonly string[]) => {
    const names = words.filter((word) => !word.startsWith("--"));
    const wanted = { write: words.includes("--write"), release: words.includes("--release") };
    const commands = contractCommands(root, wanted, names);
    return commands.map(({ cwd, args }) => [cwd, ...args].join(" ").replaceAll(root, "."));
  };

  it("checks every app that has a contract", () => {
    assert.deepEqual(ask(), [`. ./${GUARD}/main.js ./apps/other-bff ./apps/shop-bff`]);
  });

  it("checks only the named app, also by its short name", () => {
    for (const name of ["shop-bff", "shop"])
      assert.deepEqual(ask(name), [`. ./${GUARD}/main.js ./apps/shop-bff`]);
  });

  it("writes nothing after a release that the guard refused", () => {
    addApp("late-bff", {}, { contracts: "touch wrote" });
    for (const [code, isWritten] of [
      [2, false],
      [0, true],
    ] as const) {
      write(`${GUARD}/main.js`, `process.exitCode = ${code};`);
      assert.equal(contracts({ release: true }, ["late", "3.1.0"], root), code);
      assert.equal(existsSync(join(root, "apps/late-bff/wrote")), isWritten);
    }
  });

  it("judges no file that the screens have outgrown", () => {
    const contract = { info: { version: "2.0.0" } };
    addApp("stale-bff", contract, { contract: "node print.mjs" });
    const made = `{ ...${JSON.stringify(contract)}, paths: {}, asked: process.argv[3] }`;
    write("apps/stale-bff/print.mjs", `process.stdout.write(JSON.stringify(${made}));`);
    const message = /stale-bff\/contracts\/openapi\.json is not what the screens make: .* --write stale-bff/;
    for (const words of [{ names: ["stale"] }, { names: ["stale", "2.1.0"], release: true }])
      assert.throws(() => contracts(words, words.names, root), { name: "CommandError", message });
  });

  it("passes on what describing the screens says, such as a missing example", (t) => {
    addApp("said-bff", {}, { contract: "echo no example of home >&2; printf {}" });
    const said = t.mock.method(process.stderr, "write", () => true);
    assert.equal(contracts({}, ["said"], root), 0);
    assert.deepEqual(
      said.mock.calls.map(({ arguments: [text] }) => text),
      ["no example of home\n"],
    );
  });

  it("writes contracts, and what is made from them, by the apps' own scripts", () => {
    assert.deepEqual(ask("--write"), ["./apps/other-bff --run generate", "./apps/shop-bff --run contracts"]);
  });

  it("releases one app's contract under a version, and makes the client's types of it", () => {
    const command = `. ./${GUARD}/main.js --release 1.2.0 ./apps/shop-bff`;
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
