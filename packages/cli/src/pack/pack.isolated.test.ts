/** That they work is tested where a company installs them: test/adoption. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { ROOT } from "../repository.ts";
import { pack } from "./pack.ts";
import type { Packed } from "./pack.ts";

describe("the packed packages", () => {
  const folder = mkdtempSync(join(tmpdir(), "pack-"));
  let packed: readonly Packed[] = [];
  before(() => {
    packed = pack(ROOT, join(folder, "packages"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("have no fault that publint or attw finds", async () => {
    for (const { name, file } of packed) {
      const tarball = readFileSync(file);
      const data = Uint8Array.from(tarball);
      const { messages, pkg } = await publint({ pack: { tarball: data.buffer }, strict: true });
      assert.deepEqual(
        messages.map((message) => formatMessage(message, pkg)),
        [],
        name,
      );
      // It exports nothing.
      if (name === "create-triptych") continue;
      const analysis = await checkPackage(createPackageFromTarballData(data));
      assert.ok(analysis.types !== false, `${name} has no types`);
      // They are ES modules only: `require` reaches them through Node's own support for that.
      const problems = analysis.problems.filter(
        (problem) =>
          problem.kind !== "CJSResolvesToESM" &&
          !("resolutionKind" in problem && problem.resolutionKind === "node10"),
      );
      assert.deepEqual(problems, [], name);
    }
  });

  it("hold no tests and no TypeScript that Node would refuse", () => {
    for (const { name, file } of packed) {
      const files = execFileSync("tar", ["-tzf", file], { encoding: "utf8" }).trim().split("\n");
      // The repository that others are made of is data.
      const ours = files.filter((path) => !path.startsWith("package/fixtures/repository/"));
      const wrong = ours.filter((path) => /\.test\.|(?<!\.d)\.m?ts$|fixtures/.test(path));
      assert.deepEqual(wrong, [], name);
      assert.ok(files.includes("package/README.md") && files.includes("package/LICENSE"), name);
    }
  });

  it("bring alerts and dashboards, and a page for each alert", () => {
    const { file = "" } = packed.find(({ name }) => name === "@triptych/service-kit") ?? {};
    const at = (path: string) =>
      execFileSync("tar", ["-xzOf", file, `package/monitoring/${path}`], { encoding: "utf8" });
    const pages = at("rules.yaml").match(/(?<=runbook: )\S+/g) ?? [];
    assert.ok(pages.length > 5);
    for (const page of pages) assert.match(at(page), /## What to do/);
    assert.ok(at("dashboards/overview.json").startsWith("{"));
  });
});
