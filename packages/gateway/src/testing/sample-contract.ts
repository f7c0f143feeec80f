import type { JsonObject } from "../contracts/document.ts";

/** A BFF's published contract, with one of everything that the gateway checks. */
export const SAMPLE_CONTRACT: JsonObject = {
  openapi: "3.1.0",
  info: { title: "Sample", version: "1" },
  paths: {
    "/web/home-page": { get: { responses: {} } },
    "/web/orders": {
      get: {
        parameters: [
          { $ref: "#/components/parameters/Limit" },
          { name: "status", in: "query", schema: { type: "array", items: { enum: ["placed", "paid"] } } },
          { name: "ids", in: "query", explode: false, schema: { type: "array", maxItems: 2 } },
        ],
        responses: {},
      },
    },
    "/web/orders/latest": { get: { responses: {} } },
    "/web/orders/{orderId}": {
      parameters: [{ $ref: "#/components/parameters/OrderId" }],
      get: { responses: {} },
    },
    "/web/orders/{orderId}/cancel": {
      parameters: [{ $ref: "#/components/parameters/OrderId" }],
      post: {
        parameters: [
          {
            name: "Idempotency-Key",
            in: "header",
            required: true,
            schema: { type: "string", minLength: 8, maxLength: 128 },
          },
        ],
        requestBody: {
          required: true,
          content: {
            "application/json": { schema: { $ref: "#/components/schemas/Cancel" } },
            "application/x-www-form-urlencoded": {},
          },
        },
        responses: {},
      },
    },
    "/web/prices": {
      get: {
        parameters: [
          { name: "least", in: "query", schema: { type: "number" } },
          { name: "most", in: "query", schema: { type: ["integer", "null"] } },
          { name: "sale", in: "query", schema: { type: "boolean" } },
          {
            name: "either",
            in: "query",
            schema: { anyOf: [{ type: "integer", maximum: 9 }, { type: "string" }] },
          },
        ],
        responses: {},
      },
    },
    "/web/search": {
      get: {
        parameters: [{ name: "q", in: "query", required: true, schema: { type: "string" } }],
        responses: {},
      },
    },
  },
  components: {
    parameters: {
      OrderId: {
        name: "orderId",
        in: "path",
        required: true,
        schema: { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" },
      },
      Limit: { name: "limit", in: "query", schema: { type: "integer", minimum: 1, maximum: 100 } },
    },
    schemas: {
      Cancel: {
        type: "object",
        required: ["reason"],
        additionalProperties: false,
        properties: {
          reason: { enum: ["changed_mind", "other"] },
          note: { type: "string", maxLength: 10 },
          parts: { type: "array", items: { $ref: "#/components/schemas/Part" } },
        },
      },
      Part: { type: "object", properties: { quantity: { type: "integer" } } },
    },
  },
};

/** The recommendations service, as far as a test needs it. */
export const RECOMMENDATIONS_CONTRACT: JsonObject = {
  openapi: "3.1.0",
  info: { title: "Recommendations", version: "2" },
  paths: {
    "/recs/v2": {
      get: {
        parameters: [{ name: "limit", in: "query", schema: { type: "integer", minimum: 1, maximum: 50 } }],
        responses: {},
      },
    },
  },
};
