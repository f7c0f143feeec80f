import assert from "node:assert/strict";
import { test } from "node:test";
import { isContractError, parseDocument } from "./document.ts";
import { generate } from "./generate.ts";
import { contractOf } from "./testing/contracts.ts";

const REFUSED: readonly (readonly [what: string, text: string, message: RegExp])[] = [
  ["no YAML", "a: [", /neither YAML nor JSON/],
  ["YAML that contains itself", "openapi: 3.1.0\npaths: &a\n  b: *a\n", /neither YAML nor JSON/],
  ["a list", "[]", /expected an OpenAPI document/],
  ["Swagger 2", "swagger: '2.0'", /expected openapi: 3\.0\.x or 3\.1\.x, got undefined/],
  [
    "a reference to nothing",
    text({ $ref: "#/components/schemas/Gone" }),
    /"#\/components\/schemas\/Gone" points at nothing|Can't resolve/,
  ],
  [
    "a reference to another file",
    text({ $ref: "other.yaml#/Order" }),
    /things\.openapi\.json: .*(bundle|other\.yaml)/s,
  ],
  [
    "a reference to itself",
    text({ $ref: "#/components/schemas/Loop" }, { Loop: { $ref: "#/components/schemas/Loop" } }),
    /Loop" refers to itself/,
  ],
];

function text(answer: object, schemas: object = {}): string {
  return contractOf({ answer, schemas }).text;
}

for (const [what, source, message] of REFUSED) {
  test(`refuses ${what}, and names the file and what to do`, () => {
    assert.throws(
      () => generate({ source: "things.openapi.json", text: source }, "npm run generate"),
      (error: unknown) => {
        assert.ok(isContractError(error), String(error));
        assert.match(error.message, /^things\.openapi\.json: /);
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

for (const text of ["openapi: 3.1.0\npaths: {}\n", '{ "openapi": "3.1.0", "paths": {} }']) {
  test(`takes a byte order mark off: ${text.slice(0, 11)}`, () => {
    assert.deepEqual(
      parseDocument({ source: "a", text: `\uFEFF${text}` }),
      parseDocument({ source: "a", text }),
    );
  });
}
