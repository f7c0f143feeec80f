import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { SMALL } from "@triptych/cli/stack";
import { SERVICES } from "../e2e/testing/running-stack.ts";
import { unlessHeldUp } from "../e2e/testing/patience.ts";
import { startFront } from "../layers/testing/compositions.ts";
import type { Composition } from "../layers/testing/compositions.ts";
import { ScratchRepository } from "./testing/scratch-repository.ts";

let repository: ScratchRepository;
before(async () => {
  repository = new ScratchRepository();
  // The checks ask git which files exist.
  await repository.must("git", ["init", "--quiet"]);
});
after(async () => repository[Symbol.asyncDispose]());

const newBff = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  repository.run("node", ["packages/cli/src/main.ts", "new:bff", ...args], { env });

it("npm run new:bff leaves nothing behind when it fails in the middle, and says what failed", async () => {
  const original = repository.snapshot();
  // The program that writes contracts fails to load.
  const broken = {
    NODE_OPTIONS: "--import=data:text/javascript,if(process.argv[1]?.endsWith('contract/main.ts'))throw(1)",
  };
  const { code, stderr } = await newBff(["settings", "--team", "kiosk-team"], broken);
  assert.equal(code, 1);
  assert.match(stderr, /"node --run contract .*" in apps\/settings-bff failed/);
  assert.deepEqual(repository.snapshot(), original);
  assert.ok(!repository.has("node_modules/@triptych/settings-bff"));
});

describe("npm run new:bff makes what passes every check:", () => {
  // The code around it uses this name for something else.
  const APP = "settings-bff";
  before(async () => {
    const { code, stdout, stderr } = await newBff(["settings", "--team", "kiosk-team"]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Next:\n  1\. /);
  });

  it("its own tests", async () => {
    await repository.must("node", ["../../packages/cli/src/test-workspace.ts"], `apps/${APP}`);
  });

  // Each check is its own test, so that each has the time limit of one on a busy machine.
  const SOURCES = [
    `apps/${APP}/src`,
    `apps/${APP}/client`,
    "apps/gateway/src/routes.ts",
    "apps/all-in-one/src",
  ];

  it("types", async () => {
    // One run for all of them: most of its time goes into what they share.
    writeFileSync(
      join(repository.root, "made.json"),
      JSON.stringify({ extends: "./tsconfig.base.json", include: SOURCES }),
    );
    await repository.must("tsc", ["--noEmit", "--project", "made.json"]);
  });

  it("lint", async () => {
    await repository.must("oxlint", ["--type-aware", "--deny-warnings", ...SOURCES]);
  });

  it("format, and nothing in it is unused", async () => {
    await repository.must("oxfmt", ["--check", "apps", ".github", "catalog-info.yaml"]);
    await repository.must("knip", []);
  });

  for (const check of [
    "owners/owners.test.ts",
    "deploy/manifests.test.ts",
    "pipelines/workflows.test.ts",
    "architecture.test.ts",
  ]) {
    it(`the checks of the repository in ${check}`, async () => {
      await repository.must("node", ["--test", "--test-isolation=none", `test/${check}`]);
    });
  }

  it("the contract guard, and the pruning of the repository for its image", async () => {
    await repository.must("node", ["packages/cli/src/main.ts", "contracts", APP]);
    await repository.must("turbo", ["prune", `@triptych/${APP}`, "--production"]);
    assert.ok(repository.has(`out/apps/${APP}/src/main.ts`));
  });

  const COMPOSITIONS: readonly Composition[] = [
    {
      name: "the proxy and the gateway",
      roles: [...SERVICES, APP, "identity-provider", "gateway", "reverse-proxy"],
      gateway: "gateway",
    },
    { name: "the small composition", roles: SMALL, gateway: "small" },
  ];
  for (const composition of COMPOSITIONS) {
    it(`answers through ${composition.name}, to users whom the gateway knows`, async () => {
      await using front = await startFront({ ...composition, root: repository.root });
      assert.equal((await front.ask("/settings/home")).status, 401);
      const headers = await front.bearer("42");
      const { status, text } = await unlessHeldUp(() => front.ask("/settings/home", { headers }));
      assert.equal(status, 200, text);
      assert.partialDeepStrictEqual(JSON.parse(text), {
        profile: { name: "Jan" },
        degraded: [],
      });
      const strange = await front.ask("/settings/home?strange=1", { headers });
      assert.equal(strange.status, 400, "the gateway checks requests against its contract");
    });
  }
});
