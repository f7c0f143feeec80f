import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { licencesPage } from "@triptych/cli/licences";
import { ROOT } from "./tree.ts";

/** Licences that ask for nothing but a notice. Another one is a decision for a person. */
const PERMISSIVE =
  /^\(?(?:MIT|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0|CC0-1\.0|Python-2\.0)(?:(?: AND | OR )(?:MIT|CC0-1\.0|BSD-3-Clause))*\)?$/;

test("docs/licences.md is what the lockfile says (npm run -s licences > docs/licences.md)", () => {
  assert.equal(readFileSync(join(ROOT, "docs/licences.md"), "utf8"), licencesPage(ROOT));
});

test("every package of production has a permissive licence", () => {
  const licences = [...licencesPage(ROOT).matchAll(/^## (.*)$/gm)].map(([, licence = ""]) => licence);
  assert.ok(licences.length > 3);
  assert.deepEqual(
    licences.filter((licence) => !PERMISSIVE.test(licence)),
    [],
  );
});
