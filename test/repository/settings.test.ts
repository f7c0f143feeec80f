import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { settingsPage } from "@triptych/cli/settings";

test("docs/settings.md is what the programs say (npm run -s settings > docs/settings.md)", async () => {
  const root = new URL("../../", import.meta.url);
  assert.equal(readFileSync(new URL("docs/settings.md", root), "utf8"), await settingsPage(root.pathname));
});
