import type { Json, JsonObject } from "../json.ts";

/** A change at a JSON pointer; without a value, what is there is taken out. */
export type Edit = readonly [pointer: string, to?: Json];

/** The document with its changes. @throws TypeError where the place is not there */
export function edited(document: JsonObject, edits: readonly Edit[]): JsonObject {
  return edits.reduce<JsonObject>((changed, [pointer, to]) => {
    const steps = pointer.split("/").slice(1);
    const at = steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
    const next = replaced(changed, at, to, pointer);
    if (typeof next !== "object" || next === null || Array.isArray(next))
      throw new TypeError("not an object");
    return Object.fromEntries(Object.entries(next));
  }, document);
}

function replaced(value: Json | undefined, at: readonly string[], to: Json | undefined, place: string): Json {
  const [step, ...rest] = at;
  if (step === undefined) return to ?? null;
  if (typeof value !== "object" || value === null) throw new TypeError(`nothing to change at ${place}`);
  const members = Object.entries(value);
  const own = members.find(([name]) => name === step)?.[1];
  if (rest.length === 0 && to === undefined) {
    if (own === undefined) throw new TypeError(`nothing to take out at ${place}`);
    return again(
      value,
      members.filter(([name]) => name !== step),
    );
  }
  const changed = replaced(own, rest, to, place);
  return again(
    value,
    own === undefined
      ? [...members, [step, changed]]
      : members.map(([name, member]) => [name, name === step ? changed : member]),
  );
}

function again(value: JsonObject | readonly Json[], members: readonly (readonly [string, Json])[]): Json {
  return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members);
}

const PROBLEM: JsonObject = {
  description: "Not there",
  content: {
    "application/problem+json": {
      schema: {
        allOf: [
          { $ref: "#/components/schemas/Problem" },
          { properties: { type: { enum: ["/problems/not-found"] }, status: { const: 404 } } },
        ],
      },
    },
  },
};

const MONEY: JsonObject = {
  type: "object",
  required: ["amount", "currency"],
  properties: { amount: { type: "integer" }, currency: { type: "string", pattern: "^[A-Z]{3}$" } },
};

const HOME: JsonObject = {
  type: "object",
  required: ["profile", "orders", "degraded"],
  properties: {
    profile: {
      type: "object",
      required: ["name", "since", "points", "share"],
      properties: {
        name: { type: "string", maxLength: 80 },
        since: { type: "string", format: "date" },
        points: { type: "integer", minimum: 0 },
        share: { type: "number" },
        nickname: { type: "string" },
        motto: { type: ["string", "null"] },
      },
    },
    orders: {
      type: "array",
      maxItems: 3,
      items: {
        type: "object",
        required: ["id", "status", "total"],
        properties: {
          id: { type: "string" },
          status: { type: "string", enum: ["placed", "shipped", "unknown"] },
          total: { $ref: "#/components/schemas/Money" },
          shipment: {
            anyOf: [{ type: "object", properties: { carrier: { type: "string" } } }, { type: "null" }],
          },
        },
      },
    },
    labels: { type: "object", additionalProperties: { type: "string" } },
    degraded: { type: "array", items: { type: "string" } },
  },
};

const CANCEL_BODY: JsonObject = {
  type: "object",
  additionalProperties: false,
  required: ["reason"],
  properties: {
    reason: { type: "string", enum: ["changed_mind", "too_slow"] },
    note: { type: "string", maxLength: 200 },
    notify: { type: "boolean", default: true },
    weight: { type: "number", maximum: 10 },
  },
};

/** A contract with one of everything that clients depend on. */
export const SAMPLE: JsonObject = {
  openapi: "3.1.0",
  info: { title: "Shop", version: "1.0.0" },
  servers: [{ url: "/" }],
  security: [{ identity: [] }],
  paths: {
    "/shop/home": {
      get: {
        operationId: "home",
        tags: ["home"],
        parameters: [
          { name: "dpr", in: "query", schema: { type: "number", minimum: 1, maximum: 4 } },
          {
            name: "sort",
            in: "query",
            schema: { type: "string", enum: ["newest", "oldest"], default: "newest" },
          },
          { name: "X-App-Version", in: "header", schema: { type: "string" } },
        ],
        responses: {
          200: {
            description: "The screen",
            headers: { ETag: { required: true, schema: { type: "string" } } },
            content: {
              "application/json": { schema: HOME },
              "application/x-ndjson": { schema: { type: "string" } },
            },
          },
          304: { description: "It is what the client has" },
          404: { $ref: "#/components/responses/NotFound" },
          default: {
            description: "Any other problem",
            content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
          },
        },
      },
    },
    "/shop/orders/{orderId}/cancel": {
      post: {
        operationId: "cancelOrder",
        tags: ["home"],
        parameters: [
          { name: "orderId", in: "path", required: true, schema: { type: "string", pattern: "^[a-z]+$" } },
          { name: "Idempotency-Key", in: "header", required: true, schema: { type: "string", minLength: 8 } },
        ],
        requestBody: { content: { "application/json": { schema: CANCEL_BODY } } },
        responses: {
          200: { description: "Done", content: { "application/json": { schema: HOME } } },
          303: { description: "To a form" },
          404: { $ref: "#/components/responses/NotFound" },
        },
      },
    },
  },
  components: {
    securitySchemes: { identity: { type: "apiKey", in: "header", name: "X-Identity" } },
    responses: { NotFound: PROBLEM },
    schemas: {
      Money: MONEY,
      Problem: {
        type: "object",
        required: ["type", "title", "status", "detail"],
        properties: {
          type: { type: "string", format: "uri-reference" },
          title: { type: "string" },
          status: { type: "integer" },
          detail: { type: "string" },
          section: { type: "string" },
        },
      },
    },
  },
};
