import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { promisify } from "node:util";
import { CommandError } from "../command-line.ts";
import { developmentKeys } from "./keys.ts";

let folder = "";
let file = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "triptych-keys-"));
  file = join(folder, ".dev", "identity-keys.json");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("developmentKeys", () => {
  it("makes a random key on first use, for this user's eyes only, and finds it again", () => {
    const first = developmentKeys({}, file).ringOf("web-bff");
    assert.equal(developmentKeys({}, file).ringOf("web-bff"), first);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(join(folder, ".dev")), ["identity-keys.json"]);
    assert.notEqual(developmentKeys({}, join(folder, "other.json")).ringOf("web-bff"), first);
  });

  it("gives all the same key when many commands make it at once", async () => {
    const module = new URL("keys.ts", import.meta.url).href;
    const source = `import { developmentKeys } from ${JSON.stringify(module)};
      process.stdout.write(developmentKeys({}, process.argv[1]).ringOf("web-bff"));`;
    const runs = Array.from({ length: 3 }, async () =>
      promisify(execFile)(process.execPath, ["--input-type=module", "-e", source, file]),
    );
    const rings = (await Promise.all(runs)).map(({ stdout }) => stdout);
    assert.equal(new Set(rings).size, 1);
    assert.equal(developmentKeys({}, file).ringOf("web-bff"), rings[0]);
  });

  it("prefers IDENTITY_KEYS, and then makes no file", () => {
    const ring = `k1:${Buffer.alloc(32, 1).toString("base64url")}`;
    for (const NODE_ENV of ["development", "production"]) {
      assert.equal(developmentKeys({ IDENTITY_KEYS: ring, NODE_ENV }, file).ringOf("web-bff"), ring);
    }
    assert.throws(() => readFileSync(file), { code: "ENOENT" });
    assert.throws(() => developmentKeys({ IDENTITY_KEYS: "k1:short" }, file), /IDENTITY_KEYS/);
  });

  it("makes none in production", () => {
    assert.throws(() => developmentKeys({ NODE_ENV: "production" }, file), CommandError);
    assert.throws(() => readFileSync(file), { code: "ENOENT" });
  });

  it("names a damaged file and what to do about it", () => {
    developmentKeys({}, file);
    chmodSync(file, 0o600);
    for (const text of ["", "{", "[]", '{"kid":"a","secret":"c2hvcnQ"}']) {
      writeFileSync(file, text);
      assert.throws(
        () => developmentKeys({}, file),
        /identity-keys\.json holds no development key: delete it/,
      );
    }
  });
});
