import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ROOT } from "@triptych/cli/stack";

const run = promisify(execFile);

/** What is called `main.ts` and answers no person, and why. */
const NO_PROGRAMS = {
  "packages/console/src/probe/main.ts": "is loaded into an app",
  "packages/cli/src/image/main.ts": "runs in a Dockerfile, without packages; npx triptych image answers",
  "test/bench/contenders/by-hand/main.ts": "is started by the benchmarks",
  "test/bench/contenders/roomy/main.ts": "is started by the benchmarks",
};

const PROGRAMS = globSync("{apps,packages,test}/**/main.ts", {
  cwd: ROOT,
  // service-kit tests what all apps answer, and they take long to start.
  exclude: ["**/node_modules/**", "**/fixtures/**", "apps/*/src/main.ts"],
})
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => !Object.hasOwn(NO_PROGRAMS, file));

describe("a program", { concurrency: 2 }, () => {
  const files = [...PROGRAMS, "packages/create-triptych/bin/create.mjs"];
  let together: Promise<Readonly<Record<string, string>>> | undefined;

  /** What those that use our library for it answer in one process, without a setting. */
  async function askTogether(): Promise<Readonly<Record<string, string>>> {
    const usual = files
      .map((file) => join(ROOT, file))
      .filter((file) => readFileSync(file, "utf8").includes("@triptych/testing/program"));
    assert.ok(usual.length > 8);
    const asker = fileURLToPath(new URL("ask-versions.ts", import.meta.url));
    const { stdout } = await run(process.execPath, [asker, ...usual], { env: {} });
    return JSON.parse(stdout);
  }

  async function askAlone(file: string): Promise<string> {
    // It fails for an exit code other than 0.
    const { stdout } = await run(process.execPath, [join(ROOT, file), "--version"], { env: {} });
    return stdout;
  }

  for (const file of files) {
    it(`${file} says its version without a setting, and does nothing`, async () => {
      const { [join(ROOT, file)]: answer = "" } = await (together ??= askTogether());
      assert.match(answer === "" ? await askAlone(file) : answer, /^(?:[a-z-]+ )?\d+\.\d+\.\d+\n$/);
    });
  }

  it("says what it takes for --help", async () => {
    const file = join(ROOT, "test/domain-services/users/main.ts");
    const { stdout } = await run(process.execPath, [file, "--help"], { env: {} });
    assert.match(stdout, /^users \d+\.\d+\.\d+\n\nSettings[^]*\n {2}DATA_DIR +the folder of its database/);
  });

  it("without arguments refuses one that it does not know", async () => {
    const file = join(ROOT, "test/domain-services/users/main.ts");
    await assert.rejects(run(process.execPath, [file, "--port=1"]), {
      code: 1,
      stderr: "users cannot start: it takes no arguments but --help and --version, got '--port=1'\n",
    });
  });
});
