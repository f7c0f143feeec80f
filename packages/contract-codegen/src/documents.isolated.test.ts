import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { brotliDecompressSync } from "node:zlib";
import { KEPT_DOCUMENTS } from "./testing/documents.ts";
import { complaints, measureDocument } from "./testing/measure-document.ts";

/** Of all operations, how many clients can call at the least. */
const CALLABLE = 0.98;

describe("the hardest public documents make modules that are small, and whose types are right:", () => {
  for (const name of KEPT_DOCUMENTS) {
    test(name, (t) => {
      const folder = mkdtempSync(join(tmpdir(), "document-"));
      t.after(() => rmSync(folder, { recursive: true }));
      const file = join(folder, `${name}.json`);
      const kept = join(import.meta.dirname, "../documents", `${name}.json.br`);
      writeFileSync(file, brotliDecompressSync(readFileSync(kept)));
      const measured = measureDocument(file);
      t.diagnostic(JSON.stringify(measured));
      assert.deepEqual(complaints(measured), []);
      const leftOut = Object.values(measured.leftOut).reduce((sum, count) => sum + count, 0);
      assert.ok(1 - leftOut / measured.operations > CALLABLE, JSON.stringify(measured.leftOut));
    });
  }
});
