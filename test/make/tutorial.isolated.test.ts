import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { bffsIn } from "@triptych/cli/stack";
import { SERVICES } from "../e2e/testing/running-stack.ts";
import { unlessHeldUp } from "../e2e/testing/patience.ts";
import { startFront } from "../layers/testing/compositions.ts";
import { ROOT } from "../repository/tree.ts";
import { ScratchRepository } from "./testing/scratch-repository.ts";
import { stepsOf } from "./tutorial/steps.ts";

const STEPS = stepsOf(readFileSync(join(ROOT, "docs", "tutorial.md"), "utf8"));
const ASKED = STEPS.filter((step) => step.kind === "ask");

describe("the tutorial", () => {
  let repository: ScratchRepository;
  before(async () => {
    repository = new ScratchRepository();
    await repository.must("git", ["init", "--quiet"]);
    await repository.must("git", ["add", "--all"]);
    const author = ["-c", "user.name=reader", "-c", "user.email=reader@triptych.example"];
    await repository.must("git", [...author, "commit", "--quiet", "--message=A clone"]);
  });
  after(async () => repository[Symbol.asyncDispose]());

  for (const step of STEPS) {
    if (step.kind === "run") {
      it(`runs ${step.command}`, async () => {
        const { stdout } = await repository.must("sh", ["-c", step.command]);
        if (step.prints !== undefined) assert.equal(stdout, step.prints);
        // A pattern that finds no test would pass as well.
        if (step.command.startsWith("npm test")) assert.match(stdout, /^[1-9]\d* passed, 0 failed/m);
      });
    }
    if (step.kind === "edit") {
      it(`finds the place of its edit in ${step.file}`, () => {
        const text = repository.read(step.file);
        assert.equal(text.split(step.before).length, 2, `it should have this once:\n${step.before}`);
        writeFileSync(
          join(repository.root, step.file),
          text.replace(step.before, () => step.after),
        );
      });
    }
  }

  it("leaves programs that answer what it says, through the proxy and the gateway", async () => {
    assert.ok(ASKED.length > 0);
    // One start for all that is asked; only the BFFs that are.
    const bffs = bffsIn(repository.root).filter(({ prefix }) =>
      ASKED.some(({ path }) => path.startsWith(`${prefix}/`)),
    );
    await using front = await startFront({
      name: "what the tutorial asks",
      root: repository.root,
      roles: [...SERVICES, ...bffs.map(({ name }) => name), "identity-provider", "gateway", "reverse-proxy"],
      gateway: "gateway",
    });
    for (const { path, user, answers } of ASKED) {
      const headers = await front.bearer(user);
      const { status, text } = await unlessHeldUp(() => front.ask(path, { headers }));
      assert.equal(status, 200, `${path}: ${text}`);
      assert.partialDeepStrictEqual(JSON.parse(text), JSON.parse(answers), path);
    }
  });
});
