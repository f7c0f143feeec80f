import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { startStubServices } from "./testing/index.ts";

test("the README's example gets the products of the newest order", async (t) => {
  const text = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const [, code] = /```ts\n([^]*?)```/.exec(text) ?? [];
  assert.ok(code !== undefined);
  const services = await startStubServices();
  t.after(() => services.close());
  // Inside the package, where its imports resolve.
  const folder = await mkdtemp(join(import.meta.dirname, "readme-"));
  t.after(() => rm(folder, { recursive: true }));
  // Deadlines that a busy machine keeps.
  await writeFile(join(folder, "example.ts"), code.replaceAll(/\b[48]00\b/g, "60_000"));
  process.env["ORDERS_URL"] = services.orders.origin;
  process.env["CATALOG_URL"] = services.catalog.origin;
  const example: unknown = await import(pathToFileURL(join(folder, "example.ts")).href);
  assert.ok(typeof example === "object" && example !== null && "products" in example);
  assert.ok(Array.isArray(example.products) && example.products.length > 0);
  assert.deepEqual(
    services.received().map(({ path }) => path),
    ["/orders", "/products"],
  );
});
