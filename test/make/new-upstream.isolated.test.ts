import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ScratchRepository } from "./testing/scratch-repository.ts";

const DOCUMENT = {
  info: { title: "Inventory", version: "1.0.0" },
  servers: [{ url: "https://inventory.example/api/v3" }],
  paths: {
    "/items/{itemId}": {
      parameters: [{ name: "itemId", in: "path", required: true, schema: { type: "string" } }],
      get: {
        operationId: "getItem",
        responses: {
          200: {
            description: "The item",
            content: { "application/json": { schema: { $ref: "#/components/schemas/Item" } } },
          },
        },
      },
      delete: { responses: { 204: { description: "gone" } } },
      head: { responses: { 200: { description: "there" } } },
    },
  },
};
const ITEM = { type: "object", required: ["id"], properties: { id: { type: "string" } } };

/** One document in each dialect, one as YAML and one as JSON. */
const DOCUMENTS: readonly (readonly [
  name: string,
  openapi: string,
  note: object,
  ending: "yaml" | "json",
])[] = [
  ["inventory", "3.0.3", { type: "string", nullable: true }, "json"],
  ["stock-levels", "3.1.0", { type: ["string", "null"] }, "yaml"],
];

const folder = mkdtempSync(join(tmpdir(), "documents-"));
let repository: ScratchRepository;
before(async () => {
  repository = new ScratchRepository();
  await repository.must("git", ["init", "--quiet"]);
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await repository[Symbol.asyncDispose]();
});

const newUpstream = (...args: readonly string[]) =>
  repository.run("node", ["packages/cli/src/main.ts", "new:upstream", ...args], {
    env: { INIT_CWD: folder },
  });

it("npm run new:upstream refuses a document with broken references, and leaves nothing behind", async () => {
  const original = repository.snapshot();
  writeFileSync(join(folder, "broken.json"), JSON.stringify({ openapi: "3.1.0", ...DOCUMENT }));
  const { code, stderr } = await newUpstream("inventory", "--openapi", "broken.json");
  assert.equal(code, 1);
  assert.match(stderr, /inventory\.openapi\.json: .*Item/s);
  assert.deepEqual(repository.snapshot(), original);
});

describe("npm run new:upstream makes what passes the checks:", () => {
  before(async () => {
    for (const [name, openapi, note, ending] of DOCUMENTS) {
      const item = { ...ITEM, properties: { ...ITEM.properties, note } };
      const document = { openapi, ...DOCUMENT, components: { schemas: { Item: item } } };
      const text = JSON.stringify(document, undefined, 2);
      // A document that does not begin with a bracket is read as YAML.
      writeFileSync(join(folder, `${name}.${ending}`), ending === "yaml" ? `# ${name}\n${text}` : text);
      const team = ending === "yaml" ? ["--team", "warehouse-team"] : [];
      const { code, stdout, stderr } = await newUpstream(name, "--openapi", `${name}.${ending}`, ...team);
      assert.equal(code, 0, stderr);
      assert.match(
        stdout,
        /Left out:\n {2}HEAD \/items\/\{itemId\}: clients do not call HEAD\n.*called: 2\. Next:\n {2}1\. /,
      );
    }
  });

  it("its tests, those of the generated code and of the owners", async () => {
    const tests = ["inventory", "stock-levels", "generated"].map(
      (name) => `packages/domain-clients/src/${name}.test.ts`,
    );
    await repository.must("node", [
      "--test",
      "--test-isolation=none",
      ...tests,
      "test/owners/owners.test.ts",
    ]);
  });

  it("types, of what the contract says, as a BFF sees them", async () => {
    writeFileSync(
      join(repository.root, "apps", "mobile-bff", "src", "used.ts"),
      `import type { Inventory } from "@triptych/domain-clients/inventory";
import type { StockLevels, StockLevelsSchemas } from "@triptych/domain-clients/stock-levels";
export async function noteOf(inventory: Inventory, levels: StockLevels): Promise<string | null | undefined> {
  const item = await inventory.getItem({ path: { itemId: "a" } });
  const same: StockLevelsSchemas["Item"] = await levels.getItem({ path: { itemId: item.id } });
  // @ts-expect-error -- the id is missing
  await levels.getItem();
  const gone: undefined = await levels["DELETE /items/{itemId}"]({ path: { itemId: "a" } });
  // @ts-expect-error -- what is left out has no method
  levels["HEAD /items/{itemId}"];
  return gone ?? same.note ?? item.note;
}
`,
    );
    const include = ["packages/domain-clients/src", "apps/mobile-bff/src/used.ts"];
    writeFileSync(
      join(repository.root, "made.json"),
      JSON.stringify({ extends: "./tsconfig.base.json", include }),
    );
    await repository.must("tsc", ["--noEmit", "--project", "made.json"]);
  });

  it("lint and format, and nothing in it is unused", async () => {
    await repository.must("oxlint", ["--type-aware", "--deny-warnings", "packages/domain-clients/src"]);
    await repository.must("oxfmt", ["--check", "packages", ".github", "catalog-info.yaml"]);
    await repository.must("knip", ["--workspace", "packages/domain-clients"]);
  });

  it("a call that goes where the document's server says", () => {
    assert.match(
      repository.read("packages/domain-clients/src/inventory.test.ts"),
      /inventory\.getItem\(\{ path: \{ itemId: "a1" \} \}\)[^]*"\/api\/v3\/items\/a1"/,
    );
  });
});
