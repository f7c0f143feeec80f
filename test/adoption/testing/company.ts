/**
 * What the company writes by hand: its service's document, two screens, and the service's login.
 */

const json = (schema: object) => ({ description: "", content: { "application/json": { schema } } });

const TAGS = { type: "object", required: ["latest"], properties: { latest: { type: "string" } } };

/** The part of Verdaccio's API that the screens need. Verdaccio has no document of its own. */
export const DOCUMENT = {
  openapi: "3.1.0",
  info: { title: "Registry", version: "6.8.0" },
  security: [{ token: [] }],
  components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
  paths: {
    "/-/v1/search": {
      get: {
        operationId: "search",
        parameters: [
          { name: "text", in: "query", schema: { type: "string" } },
          { name: "size", in: "query", schema: { type: "integer" } },
        ],
        responses: {
          200: json({
            type: "object",
            required: ["objects", "total"],
            properties: {
              total: { type: "integer" },
              objects: {
                type: "array",
                items: {
                  type: "object",
                  required: ["package"],
                  properties: {
                    package: {
                      type: "object",
                      required: ["name", "dist-tags"],
                      properties: {
                        name: { type: "string" },
                        "dist-tags": TAGS,
                        description: { type: "string" },
                      },
                    },
                  },
                },
              },
            },
          }),
        },
      },
    },
    "/{name}": {
      get: {
        operationId: "getPackage",
        parameters: [{ name: "name", in: "path", required: true, schema: { type: "string" } }],
        responses: {
          200: json({
            type: "object",
            required: ["name", "dist-tags"],
            properties: {
              name: { type: "string" },
              "dist-tags": TAGS,
            },
          }),
        },
      },
    },
  },
};

export const SCREENS = {
  "apps/web-bff/src/screens/found.ts": `import { Type } from "typebox";
import { required, screen } from "../upstreams.ts";

export const found = screen({
  name: "found",
  path: "/found",
  summary: "The packages that there are",
  budget: { deadlineMs: 800, upstreamCalls: 1, bytes: 20_000 },
  sections: {
    packages: required({
      needsUser: false,
      schema: Type.Array(Type.Object({ name: Type.String(), latest: Type.String() })),
      load: ({ registry }) => registry.search({ query: { text: "triptych", size: 20 } }),
      shape: ({ objects }) =>
        objects.map(({ package: found }) => ({ name: found.name, latest: found["dist-tags"].latest })),
    }),
  },
});
`,
  "apps/web-bff/src/screens/one.ts": `import type { ScreenInput } from "@triptych/screen";
import { Type } from "typebox";
import { optional, required, screen } from "../upstreams.ts";

export const one = screen({
  name: "one",
  path: "/packages/:name",
  summary: "One package, and how many there are",
  budget: { deadlineMs: 800, upstreamCalls: 2, bytes: 2_000 },
  sections: {
    package: required({
      schema: Type.Object({ name: Type.String(), latest: Type.String() }),
      load: ({ registry }, { params }: ScreenInput<"name">) => registry.getPackage({ path: { name: params.name } }),
      shape: (answer) => ({ name: answer.name, latest: answer["dist-tags"].latest }),
    }),
    all: optional({
      schema: Type.Union([Type.Number(), Type.Null()]),
      fallback: null,
      load: ({ registry }) => registry.search({ query: { text: "triptych" } }),
      shape: ({ total }) => total,
    }),
  },
});
`,
};
