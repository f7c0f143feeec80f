import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after, describe, it } from "node:test";
import { create } from "./create.ts";

/** What it makes is tried in test/adoption. */
describe("triptych create, before it installs anything", () => {
  const from = mkdtempSync(join(tmpdir(), "create-"));
  after(() => rmSync(from, { recursive: true }));

  const refused: readonly (readonly [why: string, upstream: string, text: string, message: RegExp])[] = [
    ["a document of Swagger 2", "stock=old.json", '{ "swagger": "2.0" }', /old\.json must say openapi: 3/],
    ["a document that is none", "stock=half.yaml", "openapi: [", /half\.yaml is neither JSON nor YAML/],
    ["a file that is not there", "stock=gone.yaml", "", /--upstream stock must name a file.*gone\.yaml/],
    ["an upstream without a name", "old.json", "", /--upstream takes <name>=<file or URL>/],
  ];
  for (const [why, upstream, text, message] of refused) {
    it(`refuses ${why}`, async () => {
      const file = upstream.split("=")[1];
      if (text !== "" && file !== undefined) writeFileSync(join(from, file), text);
      const output = new PassThrough();
      const terminal = { root: from, from, env: {}, input: new PassThrough(), output, errors: output };
      const making = create(
        { upstream: [upstream], from: "." },
        "acme",
        { ...terminal, interactive: false },
        new AbortController().signal,
      );
      await assert.rejects(making, message);
      assert.equal(output.read(), null);
      assert.equal(existsSync(join(from, "acme")), false);
    });
  }
});
