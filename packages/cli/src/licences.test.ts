import assert from "node:assert/strict";
import { test } from "node:test";
import { licencesOf } from "./licences.ts";

test("lists what is installed for production, each package once, by its licence", () => {
  const licences = licencesOf({
    "": { license: "MIT" },
    "apps/web-bff": {},
    "node_modules/@acme/web-bff": { link: true },
    "node_modules/express": { license: "MIT" },
    "node_modules/@hapi/hoek": { license: "BSD-3-Clause" },
    "node_modules/express/node_modules/qs": { license: "BSD-3-Clause" },
    "node_modules/qs": { license: "BSD-3-Clause" },
    "node_modules/oxlint": { license: "MIT", dev: true },
    "node_modules/odd": {},
  });
  assert.deepEqual(
    [...licences],
    [
      ["BSD-3-Clause", ["@hapi/hoek", "qs"]],
      ["MIT", ["express"]],
      ["not said", ["odd"]],
    ],
  );
});
