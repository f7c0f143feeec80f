import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { bffsIn } from "./repository.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "bffs-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function app(name: string, manifest: unknown): void {
  mkdirSync(join(root, "apps", name), { recursive: true });
  writeFileSync(join(root, "apps", name, "package.json"), JSON.stringify(manifest));
}

describe("the BFFs of the repository", () => {
  it("are the apps so called, by their ports, and nothing else", () => {
    app("web-bff", { config: { port: 2, prefix: "/web" } });
    app("tv-bff", { config: { port: 1, prefix: "/tv" } });
    app("gateway", {});
    assert.deepEqual(bffsIn(root), [
      { name: "tv-bff", port: 1, prefix: "/tv" },
      { name: "web-bff", port: 2, prefix: "/web" },
    ]);
  });

  for (const manifest of [
    {},
    { config: null },
    { config: { port: "8101", prefix: "/web" } },
    { config: { port: 0, prefix: "/web" } },
    { config: { port: 1, prefix: "web" } },
    { config: { port: 1, prefix: "/web/" } },
  ]) {
    it(`must say where they are reached: not ${JSON.stringify(manifest)}`, () => {
      app("web-bff", manifest);
      assert.throws(() => bffsIn(root), /^CommandError: apps\/web-bff\/package\.json must say where/);
    });
  }
});
