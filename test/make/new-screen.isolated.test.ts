import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, describe, it } from "node:test";
import { ScratchRepository } from "./testing/scratch-repository.ts";

let repository: ScratchRepository;
before(() => {
  repository = new ScratchRepository();
});
after(async () => repository[Symbol.asyncDispose]());

const newScreen = (...args: readonly string[]) =>
  repository.run("node", ["packages/cli/src/main.ts", "new:screen", ...args]);

describe("npm run new:screen refuses in one line, and changes nothing,", () => {
  it("a screen that is there", async () => {
    const original = repository.snapshot();
    const { code, stdout, stderr } = await newScreen("mobile", "home");
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^new:screen: .*home.* already.*\n$/);
    assert.deepEqual(repository.snapshot(), original);
  });

  it("a failure in the middle, too, and says what failed", async () => {
    const original = repository.snapshot();
    // The program that writes contracts fails to load.
    const broken = {
      NODE_OPTIONS: "--import=data:text/javascript,if(process.argv[1]?.endsWith('contract/main.ts'))throw(1)",
    };
    const { code, stderr } = await repository.run(
      "node",
      ["packages/cli/src/main.ts", "new:screen", "mobile", "a"],
      {
        env: broken,
      },
    );
    assert.equal(code, 1);
    assert.match(stderr, /"node --run contract .*" in apps\/mobile-bff failed/);
    assert.deepEqual(repository.snapshot(), original);
  });

  it("Ctrl-C in the middle, too", async () => {
    const original = repository.snapshot();
    // The program that writes the contract hangs.
    const hanging = {
      NODE_OPTIONS:
        "--import=data:text/javascript,if(process.argv[1]?.endsWith('contract/main.ts'))await(new(Promise)(()=>setInterval(()=>{},9)))",
    };
    const { code, stderr } = await repository.run(
      "node",
      ["packages/cli/src/main.ts", "new:screen", "mobile", "stopped"],
      {
        env: hanging,
        onStart: (kill) =>
          void untilBegun("apps/mobile-bff/src/screens/stopped.ts").then(() => kill("SIGINT")),
      },
    );
    assert.equal(code, 130);
    assert.equal(stderr, "new:screen: stopped: nothing was made\n");
    assert.deepEqual(repository.snapshot(), original);
  });

  async function untilBegun(path: string): Promise<void> {
    while (!repository.has(path)) await sleep(20);
    // The command has begun to write, and it handled signals before that.
  }
});

describe("npm run new:screen makes what passes the checks of its app:", () => {
  const APPS = ["mobile-bff", "web-bff", "partner-bff"];
  const made: string[] = [];
  before(async () => {
    for (const app of APPS) {
      const { code, stdout, stderr } = await newScreen(app, "gift-with-a-rather-long-name");
      assert.equal(code, 0, stderr);
      assert.match(stdout, /Next:\n  1\. /);
      for (const [, path = ""] of stdout.matchAll(/^ {2}made +(\S+)$/gm)) made.push(path);
    }
  });

  it("a file, a test and a place in the list; a page's view; a document", () => {
    assert.deepEqual(
      made.map((path) => path.replace(/[0-9a-f]{64}/, "<sha256>")),
      [
        "apps/mobile-bff/src/screens/gift-with-a-rather-long-name.test.ts",
        "apps/mobile-bff/src/screens/gift-with-a-rather-long-name.ts",
        "apps/web-bff/src/screens/gift-with-a-rather-long-name.test.ts",
        "apps/web-bff/src/screens/gift-with-a-rather-long-name.ts",
        "apps/web-bff/src/views/gift-with-a-rather-long-name.ts",
        "apps/partner-bff/contracts/operations/<sha256>.graphql",
        "apps/partner-bff/src/schema/gift-with-a-rather-long-name.test.ts",
        "apps/partner-bff/src/schema/gift-with-a-rather-long-name.ts",
      ],
    );
    for (const [app, file, mention] of [
      ["mobile-bff", "contracts/openapi.json", '"/mobile/gift-with-a-rather-long-name"'],
      ["web-bff", "contracts/openapi.json", '"/web/gift-with-a-rather-long-name"'],
      ["partner-bff", "contracts/schema.graphql", "giftWithARatherLongName: GiftWithARatherLongName"],
      ["mobile-bff", "client/generated/contract.d.ts", '"/mobile/gift-with-a-rather-long-name"'],
      ["web-bff", "client/generated/contract.d.ts", '"/web/gift-with-a-rather-long-name"'],
      ["partner-bff", "client/generated/operations.d.ts", "GiftWithARatherLongNameQuery"],
    ]) {
      assert.ok(repository.read(`apps/${app}/${file}`).includes(mention ?? ""), `${app}/${file}`);
    }
  });

  it("its tests, and those of the contract", async () => {
    for (const app of APPS) {
      const tests = made.filter((path) => path.startsWith(`apps/${app}/`) && path.endsWith(".test.ts"));
      const contract =
        app === "partner-bff"
          ? "src/testing/{resolver-types,client-operations}/*.test.ts"
          : "src/contract/{contract-text,client-types}.test.ts";
      await repository.must("node", ["--test", "--test-isolation=none", ...tests, `apps/${app}/${contract}`]);
    }
  });

  it("types, lint and format", async () => {
    // One run for all of them: most of its time goes into what they share.
    const project = { extends: "./tsconfig.base.json", files: made.filter((path) => path.endsWith(".ts")) };
    writeFileSync(join(repository.root, "made.json"), JSON.stringify(project));
    await repository.must("tsc", ["--noEmit", "--project", "made.json"]);
    await repository.must("oxlint", [
      "--type-aware",
      "--deny-warnings",
      ...APPS.map((app) => `apps/${app}/src`),
    ]);
    await repository.must("oxfmt", ["--check", "apps"]);
  });
});
