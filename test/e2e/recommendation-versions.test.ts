import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { HOME_PAGE, assertWhole } from "./testing/home-page.ts";
import { unlessHeldUp } from "./testing/patience.ts";
import { freshSystem } from "./testing/shared-system.ts";
import type { System } from "./testing/system.ts";

describe("the home page on both versions of the recommendations", () => {
  let system: System;
  before(async () => {
    system = await freshSystem();
  });
  // The next suite gets both versions again.
  after(() => system.stack.restart("recommendations"));

  const pathsAsked = async (): Promise<ReadonlySet<string>> => {
    const calls = await system.services.recommendations.calls();
    return new Set(calls.map(({ path }) => path.split("?")[0] ?? ""));
  };

  it("is the same, byte for byte, with either version", async () => {
    const { stack, web } = system;
    const visitors = [...Array.from({ length: 10 }, () => system.newVisitor()), "8", "10"];
    const pages: string[][] = [];
    for (const [version, path] of [
      ["1", "/recommendations"],
      ["2", "/recs/v2"],
    ] as const) {
      await stack.restart("recommendations", { RECOMMENDATIONS_VERSIONS: version });
      // A new process has no cache and remembers no version.
      await system.restartWeb();
      const answers: string[] = [];
      for (const user of visitors)
        answers.push((await unlessHeldUp(() => web.ask(HOME_PAGE, { user }))).text);
      pages.push(answers);
      assert.ok((await pathsAsked()).has(path), `version ${version} answered`);
      for (const user of visitors) await assertWhole(system, user);
    }
    const [first, second] = pages;
    assert.deepEqual(first, second);
  });

  it("stays complete while the service switches versions back and forth", async () => {
    const { recommendations } = system.services;
    for (const [served, path] of [
      [[1], "/recommendations"],
      [[2], "/recs/v2"],
      [[1], "/recommendations"],
      [[1, 2], "/recommendations"],
      [[2], "/recs/v2"],
      [[1, 2], "/recs/v2"],
      [[1], "/recommendations"],
    ] as const) {
      await recommendations.serve(served);
      await assertWhole(system, system.newVisitor());
      await recommendations.forget();
      await Promise.all(Array.from({ length: 4 }, () => assertWhole(system, system.newVisitor())));
      assert.deepEqual([...(await pathsAsked())], [path], "the version that is there is remembered");
    }
  });
});
