import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { findRoot } from "./root.mjs";

describe("the repository that a command is for", () => {
  let company = "";
  before(() => {
    company = mkdtempSync(join(tmpdir(), "root-"));
    const write = (folder: string, manifest: unknown): void => {
      mkdirSync(join(company, folder), { recursive: true });
      writeFileSync(join(company, folder, "package.json"), JSON.stringify(manifest));
    };
    write(".", {
      workspaces: ["apps/*", "triptych/packages/*"],
      devDependencies: { "@triptych/cli": "1.0.0" },
    });
    write("apps/web-bff", { name: "@acme/web-bff" });
    // The sources as a submodule, with a root of their own.
    write("triptych", { workspaces: ["packages/*"] });
    write("triptych/packages/cli", { name: "@triptych/cli" });
    mkdirSync(join(company, "triptych/packages/cli/bin"));
    writeFileSync(join(company, "triptych/packages/cli/bin/launch.mjs"), "");
    write("other", { workspaces: ["packages/*"] });
  });
  after(() => rmSync(company, { recursive: true }));

  it("is the company's, from its root and from an app", () => {
    for (const folder of [".", "apps/web-bff"])
      assert.equal(findRoot(join(company, folder), "/none"), company);
  });

  it("is the submodule in the submodule", () => {
    for (const folder of ["triptych", "triptych/packages/cli"]) {
      assert.equal(findRoot(join(company, folder), "/none"), join(company, "triptych"));
    }
  });

  it("is no workspace root that does not use the command, and none at all elsewhere", () => {
    assert.equal(findRoot(join(company, "other"), "/none"), company);
    assert.equal(findRoot(tmpdir(), "/none"), "/none");
  });
});
