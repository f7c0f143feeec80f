import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { RawUpstream, response } from "@triptych/testing";

test("the README's example calls the service and gets its answer", async () => {
  const text = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const [, code] = /```ts\n([^]*?)```/.exec(text) ?? [];
  assert.ok(code !== undefined);
  await using server = await RawUpstream.open((socket) => void socket.write(response(200, '{"id":"o-1"}')));
  // Inside the package, where its imports resolve.
  const folder = await mkdtemp(join(import.meta.dirname, "readme-"));
  try {
    // Deadlines that a busy machine keeps.
    await writeFile(join(folder, "example.ts"), code.replaceAll(/\b[48]00\b/g, "60_000"));
    process.env["ORDERS_URL"] = server.origin;
    const example: unknown = await import(pathToFileURL(join(folder, "example.ts")).href);
    assert.ok(typeof example === "object" && example !== null && "order" in example);
    assert.deepEqual(example.order, { id: "o-1" });
    assert.match(server.requests[0] ?? "", /^GET \/orders\/o-1 HTTP/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
