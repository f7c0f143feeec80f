import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { RawUpstream, response } from "@triptych/testing";
import { systemClock } from "./clock.ts";
import { CallScope } from "./context.ts";
import { UpstreamError } from "./errors.ts";
import { makeOperation, makeRequest } from "./testing/index.ts";
import { Upstream } from "./upstream.ts";

/** Runs one of the README's examples, and gives back what it exports. */
async function run(number: number): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const code = [...text.matchAll(/```ts\n([^]*?)```/g)][number]?.[1];
  assert.ok(code !== undefined);
  // Inside the package, where its imports resolve.
  const folder = await mkdtemp(join(import.meta.dirname, "readme-"));
  try {
    // Deadlines that a busy machine keeps.
    await writeFile(join(folder, "example.ts"), code.replaceAll(/\b[48]00\b/g, "60_000"));
    const example: unknown = await import(pathToFileURL(join(folder, "example.ts")).href);
    return { ...Object(example) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("the README's first example calls the service and gets its answer", async () => {
  await using server = await RawUpstream.open((socket) => void socket.write(response(200, '{"id":"o-1"}')));
  process.env["ORDERS_URL"] = server.origin;
  const { order } = await run(0);
  assert.deepEqual(order, { id: "o-1" });
  assert.match(server.requests[0] ?? "", /^GET \/orders\/o-1 HTTP/);
});

test("the README's example of a dialect speaks it", async () => {
  await using server = await RawUpstream.open((socket) => void socket.write(response(403, "{}")));
  const folder = await mkdtemp(join(import.meta.dirname, "readme-"));
  await writeFile(join(folder, "token"), "s3cret");
  process.env["CONTENT_URL"] = server.origin;
  process.env["CONTENT_TOKEN_FILE"] = join(folder, "token");
  const { content } = await run(1);
  await rm(folder, { recursive: true });
  assert.ok(content instanceof Upstream);
  const { context, deadline } = makeRequest(systemClock, { txnToken: "ours" }, 60_000);
  const call = content.call(makeOperation({ path: "/pages/{id}" }), new CallScope(context), {
    path: { id: "a/b" },
  });
  await assert.rejects(call, (error) => error instanceof UpstreamError && error.rejection === "not-found");
  deadline.dispose();
  await content.close();
  const [sent = ""] = server.requests;
  assert.match(sent, /^GET \/api\/v1\/pages\/a%2Fb HTTP/);
  assert.match(sent, /\r\nauthorization: Bearer s3cret\r\n/);
  assert.match(sent, /\r\naccept-encoding: gzip\r\n/);
  assert.doesNotMatch(sent, /ours|x-user-id/);
});
