/**
 * The platform stands on its own fixtures: in a copy of the repository without the sample shop, its
 * packages, its boundaries and its generators are green. Run by `npm run nightly`, as it takes
 * minutes.
 */
import assert from "node:assert/strict";
import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { writeDocuments } from "../make/testing/documents.ts";
import { ScratchRepository } from "../make/testing/scratch-repository.ts";

/** What a company deletes. Of the clients' package the frame stays. */
const SHOP = [
  "apps/{all-in-one,gateway,mobile-bff,partner-bff,web-bff}",
  ".github/workflows/{gateway,mobile-bff,partner-bff,web-bff}.yml",
  "packages/domain-clients/contracts/*",
  "packages/domain-clients/src/*.ts",
  "packages/domain-clients/src/generated/*",
  "packages/domain-clients/src/testing/{!(domain-service).ts,fixtures}",
  "test/{adoption,bench,budgets,domain-services,e2e,examples,faults,latency,layers,replay,rotation,screen-query}",
];
const TESTS = ["--test", "--test-isolation=none", "--test-reporter=dot"];

describe("without the sample shop", () => {
  let repository: ScratchRepository;
  before(() => {
    repository = new ScratchRepository();
    const { root } = repository;
    for (const path of globSync(SHOP, { cwd: root })) rmSync(join(root, path), { recursive: true });
    const file = join(root, "packages/domain-clients/package.json");
    const { config: _, ...manifest } = JSON.parse(readFileSync(file, "utf8"));
    const exports = { "./testing": "./src/testing/domain-service.ts" };
    writeFileSync(file, JSON.stringify({ ...manifest, exports }, undefined, 2));
    writeDocuments(root);
  });
  after(() => repository[Symbol.asyncDispose]());

  it("the generators make a client, a BFF over it and a screen, which pass their tests", async () => {
    const triptych = (...args: string[]) => repository.must("node", ["packages/cli/src/main.ts", ...args]);
    // Its pipeline is beside those of other BFFs, of which there is none.
    writeFileSync(join(repository.root, ".github/CODEOWNERS"), "/.github/workflows/x-bff.yml @triptych/x\n");
    await triptych("new:upstream", "inventory", "--openapi", "inventory.json");
    await triptych("new:bff", "watch", "--team", "watch-team");
    await triptych("new:screen", "watch", "steps");
    await triptych("contracts", "watch-bff");
    for (const folder of ["apps/watch-bff", "packages/domain-clients"]) {
      await repository.must("node", ["../../packages/cli/src/test-workspace.ts"], folder);
    }
  });

  it("the boundaries hold", async () => {
    await repository.must("node", [...TESTS, "test/architecture.test.ts", "test/architecture-lint.test.ts"]);
  });

  const packages = globSync("packages/*/package.json", { cwd: join(import.meta.dirname, "../..") });
  for (const folder of packages.map((path) => path.replace("/package.json", "")).toSorted()) {
    if (["packages/domain-clients", "packages/create-triptych"].includes(folder)) continue;
    it(`${folder} is green`, async () => {
      const { stdout } = await repository.must("node", ["../../packages/cli/src/test-workspace.ts"], folder);
      assert.match(stdout, /[1-9]\d* passed, 0 failed/);
    });
  }
});
