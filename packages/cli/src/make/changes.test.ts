import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Changes } from "./changes.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "changes-"));
  writeFileSync(join(root, "old"), "as it was");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("the changes of a generator", () => {
  it("are all taken back: files, contents and folders", () => {
    const changes = new Changes(root);
    changes.create("a/b/new", "x");
    changes.create("a/c", "x");
    changes.edit("old", (text) => `${text} and more`);
    changes.edit("old", (text) => `${text}, twice`);
    changes.mayChange("d/by-a-command");
    writeFileSync(join(root, "d/by-a-command"), "x");
    changes.mayChange("e/never-written");
    assert.equal(readFileSync(join(root, "old"), "utf8"), "as it was and more, twice");
    assert.deepEqual(changes.edited, ["old"]);
    changes.undo();
    assert.deepEqual(readdirSync(root), ["old"]);
    assert.equal(readFileSync(join(root, "old"), "utf8"), "as it was");
  });

  it("leave what another program put beside them", () => {
    const changes = new Changes(root);
    changes.create("a/new", "x");
    writeFileSync(join(root, "a/theirs"), "x");
    changes.undo();
    assert.deepEqual(readdirSync(join(root, "a")), ["theirs"]);
  });

  it("never go over what is there", () => {
    assert.throws(() => new Changes(root).create("old", "x"), /^CommandError: old is there already/);
    assert.equal(readFileSync(join(root, "old"), "utf8"), "as it was");
  });

  it("need the file that they change", () => {
    assert.throws(() => new Changes(root).edit("missing", String), /missing cannot be read/);
    assert.ok(!existsSync(join(root, "missing")));
  });
});
