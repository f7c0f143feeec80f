import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { SettingsError } from "@triptych/service-kit";
import { readTls } from "./read-tls.ts";

test("speaks TLS with both files, HTTP with none, and says what is missing or unreadable", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "tls-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const [cert, key, none] = ["cert", "key", "none"].map((name) => join(dir, name));
  for (const file of [cert, key]) writeFileSync(file ?? "", String(file));
  assert.deepEqual(readTls({ TLS_CERT_FILE: cert, TLS_KEY_FILE: key }), {
    cert: Buffer.from(String(cert)),
    key: Buffer.from(String(key)),
  });
  assert.equal(readTls({ TLS_CERT_FILE: undefined, TLS_KEY_FILE: undefined }), undefined);
  const complaint = (settings: Parameters<typeof readTls>[0], message: RegExp): void =>
    assert.throws(
      () => readTls(settings),
      (error) => error instanceof SettingsError && message.test(error.message),
    );
  complaint({ TLS_CERT_FILE: undefined, TLS_KEY_FILE: key }, /^TLS_CERT_FILE is missing/);
  complaint({ TLS_CERT_FILE: cert, TLS_KEY_FILE: undefined }, /^TLS_KEY_FILE is missing/);
  complaint({ TLS_CERT_FILE: none, TLS_KEY_FILE: key }, /^TLS_CERT_FILE cannot be read/);
});
