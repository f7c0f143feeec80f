import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import type { TestContext } from "node:test";
import { printToken } from "./token.ts";

describe("npm run token", () => {
  /** A folder from which that process started a stack. An identity provider is at its address. */
  async function folderOf(t: TestContext, pid: number | undefined): Promise<string> {
    const root = mkdtempSync(join(tmpdir(), "token-"));
    t.after(() => rmSync(root, { recursive: true }));
    const provider = createServer((_request, response) => response.end('{ "access_token": "this-stack" }'));
    await once(provider.listen(0, "127.0.0.1"), "listening");
    t.after(() => provider.close());
    const { port } = Object(provider.address()) satisfies AddressInfo;
    mkdirSync(join(root, ".dev"));
    const addresses = { pid, "identity-provider": `http://127.0.0.1:${port}` };
    writeFileSync(join(root, ".dev", "addresses.json"), JSON.stringify(addresses));
    return root;
  }

  it("asks the provider of the stack that runs from this folder, whatever its shell's settings say", async (t) => {
    const output = new PassThrough({ encoding: "utf8" });
    assert.equal(await printToken("42", { root: await folderOf(t, process.pid), output }), 0);
    assert.equal(output.read(), "this-stack\n");
  });

  it("asks nobody where this folder's stack was killed: another one may listen there now", async (t) => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    await assert.rejects(printToken("42", { root: await folderOf(t, pid), output: new PassThrough() }), {
      message: "no stack runs from this folder: start it with npm start",
    });
  });

  it("says how to start a provider where none runs from this folder", async () => {
    await assert.rejects(printToken("42", { root: "/nowhere", output: new PassThrough() }), {
      name: "CommandError",
      message: "no stack runs from this folder: start it with npm start",
    });
  });

  it("says whose tokens the stack takes where it runs with another identity provider", async (t) => {
    const root = mkdtempSync(join(tmpdir(), "token-"));
    t.after(() => rmSync(root, { recursive: true }));
    mkdirSync(join(root, ".dev"));
    const addresses = { pid: process.pid, gateway: "http://127.0.0.1:8080" };
    writeFileSync(join(root, ".dev", "addresses.json"), JSON.stringify(addresses));
    await assert.rejects(printToken("42", { root, output: new PassThrough() }), { message: /OIDC_ISSUER/ });
  });

  it("refuses what is no user's id", async () => {
    for (const user of [undefined, "", "a b", "é"])
      await assert.rejects(printToken(user, { root: "/nowhere", output: new PassThrough() }), {
        name: "UsageError",
      });
  });
});
