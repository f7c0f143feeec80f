import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { ROOT } from "@triptych/cli/stack";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { fieldsAt } from "../repository/documents.ts";

/** Every example of a contract, with the JSON pointer to the schema that it must fit. */
function examplesOf(contract: unknown) {
  return Object.entries(fieldsAt(contract, "paths")).flatMap(([path, item]) =>
    Object.entries(fieldsAt(item)).flatMap(([method, operation]) =>
      Object.entries(fieldsAt(operation, "responses")).flatMap(([status, response]) =>
        Object.entries(fieldsAt(response, "content")).flatMap(([type, content]) =>
          Object.values(fieldsAt(content, "examples")).map((example) => ({
            name: `${method} ${path} ${status} ${type}`,
            schema: ["paths", path, method, "responses", status, "content", type, "schema"],
            value: fieldsAt(example)["value"],
          })),
        ),
      ),
    ),
  );
}

function pointer(steps: readonly string[]): string {
  return steps
    .map((step) => `/${encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1"))}`)
    .join("");
}

for (const file of globSync("apps/*/contracts/openapi.json", { cwd: ROOT })) {
  describe(`the examples of ${file}`, () => {
    const contract: unknown = JSON.parse(readFileSync(join(ROOT, file), "utf8"));
    const examples = examplesOf(contract);
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema(fieldsAt(contract), "contract");

    for (const { name, schema, value } of examples) {
      it(`fit what was promised: ${name}`, () => {
        const validate = ajv.getSchema(`contract#${pointer(schema)}`);
        assert.ok(validate);
        assert.ok(validate(value), JSON.stringify(validate.errors));
      });
    }

    it("are there, where any were taken: what the shapes have outgrown is left out until npm run examples", () => {
      const taken = existsSync(join(ROOT, dirname(file), "examples.json"));
      assert.equal(examples.length > 0, taken);
    });
  });
}
