import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

/**
 * Tests of what is in the packages. Here, because packing them takes ten seconds of CPU time, which
 * the company's repository needs as well.
 *
 * @param packed the tarballs, once the suite has begun
 */
export function testPackedPackages(packed: () => readonly string[]): void {
  const textIn = (file: string, path: string): string =>
    execFileSync("tar", ["-xzOf", file, `package/${path}`], { encoding: "utf8" });
  const nameOf = (file: string): string => JSON.parse(textIn(file, "package.json")).name;

  describe("the packed packages", () => {
    it("have no fault that publint or attw finds", async () => {
      assert.ok(packed().length > 8);
      for (const file of packed()) {
        const name = nameOf(file);
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
      for (const file of packed()) {
        const name = nameOf(file);
        const files = execFileSync("tar", ["-tzf", file], { encoding: "utf8" }).trim().split("\n");
        // The repository that others are made of is data.
        const ours = files.filter((path) => !path.startsWith("package/fixtures/repository/"));
        const wrong = ours.filter((path) => /\.test\.|(?<!\.d)\.m?ts$|fixtures/.test(path));
        assert.deepEqual(wrong, [], name);
        assert.ok(files.includes("package/README.md") && files.includes("package/LICENSE"), name);
      }
    });

    it("bring alerts and dashboards, and a page for each alert", () => {
      const file = packed().find((path) => /triptych-service-kit-[^/]*$/.test(path)) ?? "";
      const pages = textIn(file, "monitoring/rules.yaml").match(/(?<=runbook: )\S+/g) ?? [];
      assert.ok(pages.length > 5);
      for (const page of pages) assert.match(textIn(file, `monitoring/${page}`), /## What to do/);
      assert.ok(textIn(file, "monitoring/dashboards/overview.json").startsWith("{"));
    });
  });
}
