import type { Contract } from "../document.ts";

/** A small contract of one operation, `GET /things`, that answers `answer`. For tests. */
export function contractOf(options: {
  readonly answer: object;
  readonly schemas?: object;
  readonly openapi?: string;
  readonly operation?: object;
}): Contract {
  const { answer, schemas = {}, openapi = "3.1.0", operation = {} } = options;
  const document = {
    openapi,
    info: { title: "Things", version: "1.0.0" },
    paths: {
      "/things": {
        get: {
          operationId: "listThings",
          responses: {
            200: { description: "things", content: { "application/json": { schema: answer } } },
          },
          ...operation,
        },
      },
    },
    components: { schemas },
  };
  return { source: "things.openapi.json", text: JSON.stringify(document) };
}
