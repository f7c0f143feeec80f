import { writeFileSync } from "node:fs";
import { join } from "node:path";

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

/** A service whose OpenAPI document is in a folder, in `<name>.<ending>`. */
export interface Documented {
  readonly name: string;
  readonly ending: "json" | "yaml";
}

/** One document in each dialect, one as JSON and one as YAML. */
export const SERVICES_OF_OTHERS: readonly Documented[] = [
  { name: "inventory", ending: "json" },
  { name: "stock-levels", ending: "yaml" },
];

/** Writes the documents of these services into a folder, and one whose references lead nowhere. */
export function writeDocuments(folder: string): void {
  writeFileSync(join(folder, "broken.json"), JSON.stringify({ openapi: "3.1.0", ...DOCUMENT }));
  for (const { name, ending } of SERVICES_OF_OTHERS) {
    const [openapi, note] =
      ending === "json"
        ? ["3.0.3", { type: "string", nullable: true }]
        : ["3.1.0", { type: ["string", "null"] }];
    const item = { ...ITEM, properties: { ...ITEM.properties, note } };
    const text = JSON.stringify({ openapi, ...DOCUMENT, components: { schemas: { Item: item } } }, null, 2);
    // A document that does not begin with a bracket is read as YAML.
    writeFileSync(join(folder, `${name}.${ending}`), ending === "yaml" ? `# ${name}\n${text}` : text);
  }
}

/** What a BFF's code may do with the clients of these services. */
export const USES_THEM = `import type { Inventory } from "@triptych/domain-clients/inventory";
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
`;
