import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import { startStack } from "./start-stack.ts";
import { standInRoot, WELL_BEHAVED } from "./testing/stand-in-root.ts";

const MAIN = "apps/web-bff/src/main.ts";
/** Ready after a while, as a program is that loads much. */
const version = (name: string) => `await new Promise((go) => setTimeout(go, 700));
${WELL_BEHAVED.replace("...process.env", `version: "${name}"`)}`;

it("the old process serves until the new one is ready, and on if that does not start", async () => {
  const root = standInRoot({ [MAIN]: version("one") });
  const failed: string[] = [];
  const changes: string[] = [];
  const stack = await startStack({
    root,
    ports: "free",
    watch: true,
    onChange: (path) => changes.push(path),
    onFailedChange: ({ name }, lines) => failed.push(`${name} ${lines.join(" ")}`),
  });
  const ask = async (): Promise<unknown> => {
    const { body } = await request(stack.url("web-bff"), { reset: true });
    return Object(await body.json()).version;
  };
  const until = async (isSo: () => unknown): Promise<void> => {
    while (!(await isSo())) await sleep(20);
  };
  try {
    assert.equal(await ask(), "one");
    writeFileSync(join(root, MAIN), version("two"));
    // Every request on the way is answered, by one or the other: `ask` throws where none is.
    await until(async () => (await ask()) === "two");
    assert.deepEqual([...new Set(changes)], [MAIN]);

    writeFileSync(join(root, MAIN), "this is no program;");
    await until(() => failed.length > 0);
    assert.match(failed[0] ?? "", /^web-bff .*SyntaxError/);
    assert.equal(await ask(), "two");

    writeFileSync(join(root, MAIN), version("three"));
    await until(async () => (await ask()) === "three");
  } finally {
    await stack.stop();
    rmSync(root, { recursive: true, force: true });
  }
});
