import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { Server } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { request } from "undici";

const README = new URL("../README.md", import.meta.url);

test("the README's example answers what the README says", async () => {
  const text = await readFile(README, "utf8");
  const [, code] = /```ts\n([^]*?)```/.exec(text) ?? [];
  const [, answer] = /answers\n`(\{[^`]*\})`/.exec(text) ?? [];
  assert.ok(code !== undefined && answer !== undefined);
  // Inside the package, where its imports resolve.
  const folder = await mkdtemp(join(import.meta.dirname, "readme-"));
  try {
    await writeFile(join(folder, "example.ts"), code);
    process.env["PORT"] = "0";
    const example: unknown = await import(pathToFileURL(join(folder, "example.ts")).href);
    assert.ok(typeof example === "object" && example !== null && "server" in example);
    const { server } = example;
    assert.ok(server instanceof Server);
    if (!server.listening) await once(server, "listening");
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    const { body } = await request(`http://127.0.0.1:${address.port}/home`);
    assert.equal(await body.text(), answer);
    server.close();
    server.closeAllConnections();
  } finally {
    await rm(folder, { recursive: true });
  }
});
