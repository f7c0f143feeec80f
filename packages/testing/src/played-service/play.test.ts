import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { playerOf } from "./play.ts";

const json = (media: object) => ({ description: "", content: { "application/json": media } });
const ITEM = {
  type: "object",
  required: ["id", "size"],
  properties: {
    id: { type: "string", pattern: "^it-[0-9]{3}$" },
    size: { type: "integer", minimum: 1, maximum: 3 },
    parts: { type: "array", items: { $ref: "#/components/schemas/Item" } },
  },
};
const DOCUMENT = {
  openapi: "3.1.0",
  servers: [{ url: "https://stock.example/api/v3/" }],
  paths: {
    "/items/{id}": {
      get: { responses: { 200: json({ schema: { $ref: "#/components/schemas/Item" } }) } },
      delete: { responses: { 204: { description: "gone" } } },
    },
    "/items/new": { get: { responses: { 200: json({ example: { id: "new" } }) } } },
    "/named": {
      post: {
        responses: {
          404: json({ example: { title: "none" } }),
          201: json({ example: 1, examples: { a: { $ref: "#/components/examples/A" }, b: { value: 2 } } }),
        },
      },
    },
    "/own": { get: { responses: { default: json({ schema: { type: "string", examples: ["mine"] } }) } } },
    "/list": {
      get: { responses: { "2XX": json({ schema: { type: "array", items: { type: "boolean" } } }) } },
    },
    "/page": { get: { responses: { 200: { content: { "text/html": {} } } } } },
  },
  components: { schemas: { Item: ITEM }, examples: { A: { value: { a: true } } } },
};
const play = playerOf(DOCUMENT);
const ask = async (method: string, path: string) => {
  const reply = await play({ method, path, url: path });
  return { ...reply, value: reply.body === "" ? undefined : JSON.parse(String(reply.body)) };
};

describe("a service that is played from its document", () => {
  it("makes a valid answer of the schema, the same for the same request, and ends at a schema in itself", async () => {
    const { status, value } = await ask("GET", "/items/7");
    assert.equal(status, 200);
    assert.match(value.id, /^it-\d{3}$/);
    assert.ok([1, 2, 3].includes(value.size), value.size);
    assert.deepEqual((await ask("GET", "/items/7")).value, value);
    assert.notDeepEqual((await ask("GET", "/items/8")).value, value);
  });

  it("answers an example before it makes one: one with a name, the only one, that of the schema", async () => {
    assert.deepEqual((await ask("POST", "/named")).value, { a: true });
    assert.deepEqual((await ask("GET", "/items/new")).value, { id: "new" });
    assert.equal((await ask("GET", "/own")).value, "mine");
  });

  it("answers with the first status of a success", async () => {
    assert.equal((await ask("POST", "/named")).status, 201);
    assert.equal((await ask("GET", "/list")).status, 200);
    assert.deepEqual(await ask("DELETE", "/items/7"), {
      status: 204,
      headers: {},
      body: "",
      value: undefined,
    });
  });

  it("is found below its server's path, and with a slash at the end", async () => {
    assert.equal((await ask("GET", "/api/v3/items/7")).status, 200);
    assert.equal((await ask("HEAD", "/items/7/")).status, 200);
  });

  it("refuses what the document does not have, and answers another type without a body", async () => {
    assert.equal((await ask("GET", "/items")).status, 404);
    const refused = await ask("PUT", "/items/7");
    assert.deepEqual([refused.status, refused.headers["allow"]], [405, "GET, DELETE"]);
    assert.equal((await ask("GET", "/page")).headers["content-type"], "text/html");
  });
});
