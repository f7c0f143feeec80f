import assert from "node:assert/strict";
import { mkdirSync, mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { CommandError } from "../command-line.ts";
import { reportChange } from "./report.ts";
import type { ReportOptions } from "./report.ts";

/** A repository whose programs say these things, and end with these codes. */
async function report(
  programs: Readonly<Record<string, { readonly says: string; readonly code?: number }>>,
  options: ReportOptions,
  apps: readonly string[] = [],
) {
  using dir = mkdtempDisposableSync(join(tmpdir(), "report-"));
  const write = (file: string, text: string, mode: number): void => {
    mkdirSync(join(dir.path, file, ".."), { recursive: true });
    writeFileSync(join(dir.path, file), text, { mode });
  };
  for (const [name, { says, code = 0 }] of Object.entries(programs)) {
    if (name === "contracts") {
      write("node_modules/.bin/triptych", `#!/bin/sh\necho "${says}: $*"\nexit ${code}\n`, 0o755);
    } else {
      const line = `console.log(${JSON.stringify(says)} + ": " + process.argv.slice(2).join(" "))`;
      write(
        `test/${name}/main.ts`,
        `console.warn("installing …");\n${line};\nprocess.exitCode = ${code};\n`,
        0o644,
      );
    }
  }
  const output = new PassThrough();
  const terminal = { root: dir.path, env: { ...process.env }, output };
  const code = await reportChange(options, apps, terminal, new AbortController().signal);
  return { code, text: String(output.read()) };
}

test("puts contracts, budgets and shadow of the same apps and base into one text", async () => {
  const says = { contracts: { says: "kept" }, budgets: { says: "within" }, shadow: { says: "alike" } };
  const { code, text } = await report(says, { base: "origin/main~1" }, ["web", "mobile-bff"]);
  assert.equal(code, 0);
  const heads = text.match(/^#+ .*$/gm);
  assert.equal(heads?.[0], "## Compared with origin/main~1");
  assert.equal(heads.length, 4);
  assert.ok(text.includes("kept: contracts -- web mobile-bff\n"), text);
  assert.ok(text.includes("within: --base origin/main~1 web mobile-bff\n"), text);
  assert.ok(text.includes("alike: --base origin/main~1 web mobile-bff\n"), text);
  assert.ok(!text.includes("installing"), "progress is no part of it");
});

test("marks what is broken, goes on, and ends with 1; as JSON too", async () => {
  const says = {
    contracts: { says: "broken", code: 1 },
    budgets: { says: "over", code: 1 },
    shadow: { says: "alike" },
  };
  const { code, text } = await report(says, { json: true });
  assert.equal(code, 1);
  const { base, parts } = JSON.parse(text);
  assert.equal(base, "main");
  assert.deepEqual(
    parts.map(({ name, ok }: { name: string; ok: boolean }) => [name, ok]),
    [
      ["contracts", false],
      ["budgets", false],
      ["shadow", true],
    ],
  );
  assert.match(parts[0].text, /broken/);
  assert.match((await report(says, {})).text, /^### ✗ Budgets/m);
});

test("leaves out what a repository does not have, and refuses what is no name", async () => {
  const { code, text } = await report({ contracts: { says: "kept" } }, {});
  assert.equal(code, 0);
  assert.equal(text.match(/^### /gm)?.length, 1);
  await assert.rejects(report({ contracts: { says: "" } }, { base: "main; rm -r x" }), CommandError);
  await assert.rejects(report({ contracts: { says: "" } }, {}, ["$(x)"]), /no name of a commit or an app/);
});
