/**
 * In its own process: GitHub's parser can only be loaded through a hook that changes how JSON is
 * imported.
 */
import assert from "node:assert/strict";
import { registerHooks } from "node:module";
import { test } from "node:test";
import { ROOT } from "../repository/tree.ts";
import { readWorkflows } from "./testing/workflows.ts";

// The package imports JSON without `with { type: "json" }`, as bundlers like it and Node does not.
const hooks = registerHooks({
  load: (url, context, next) =>
    next(url, url.endsWith(".json") ? { ...context, importAttributes: { type: "json" } } : context),
});
const { NoOperationTraceWriter, parseWorkflow } = await import("@actions/workflow-parser");
hooks.deregister();

function complaints(name: string, content: string): string[] {
  const { context } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  return context.errors.getErrors().map(({ message }) => message);
}

for (const { file, source } of readWorkflows(ROOT)) {
  test(`GitHub's own parser accepts ${file}`, () => assert.deepEqual(complaints(file, source), []));
}

test("GitHub's own parser is asked: it refuses an unknown key and a broken expression", () => {
  const job = "runs-on: ubuntu-24.04\n    bogus: 1\n    steps: [{ run: 'echo ${{ foo( }}' }]";
  const found = complaints("a.yml", `on: push\njobs:\n  a:\n    ${job}\n`);
  assert.match(found.join("\n"), /Unexpected value 'bogus'/);
  assert.match(found.join("\n"), /Unexpected end of expression/);
});
