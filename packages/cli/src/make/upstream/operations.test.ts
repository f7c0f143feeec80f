import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { exampleCalls } from "./operations.ts";
import { basePathOf } from "./openapi-file.ts";

const exampleCall = (...of: Parameters<typeof exampleCalls>) => exampleCalls(...of)[0];

const ofPath = (path: string, parameters: readonly object[], operationId?: string) =>
  exampleCall(
    {
      paths: { [path]: { parameters, get: { operationId } } },
      components: {
        parameters: { Id: { name: "id", in: "path", required: true, schema: { type: "integer" } } },
      },
    },
    new Map([[`GET ${path}`, operationId ?? `GET ${path}`]]),
  );

const parameter = (name: string, place: string, schema: object, required = true) => ({
  name,
  in: place,
  required,
  schema,
});

describe("the example of a call", () => {
  const cases: readonly (readonly [
    why: string,
    call: ReturnType<typeof ofPath>,
    code: string,
    target: string,
  ])[] = [
    ["has no argument where none is needed", ofPath("/items", [], "listItems"), ".listItems()", "/items"],
    [
      "leaves out what may be left out",
      ofPath("/items", [parameter("a", "query", {}, false)], "list"),
      ".list()",
      "/items",
    ],
    ["is named by its path where it has no name", ofPath("/items", []), '["GET /items"]()', "/items"],
    ["has a name that is none in code", ofPath("/items", [], "items/list"), '["items/list"]()', "/items"],
    [
      "follows references, of parameters too",
      ofPath("/items/{id}", [{ $ref: "#/components/parameters/Id" }], "get"),
      ".get({ path: { id: 1 } })",
      "/items/1",
    ],
    [
      "takes a value that the contract lists, and quotes a name that needs it",
      ofPath(
        "/{item-id}",
        [parameter("item-id", "path", { enum: ["new"] }), parameter("q", "query", { type: "string" })],
        "get",
      ),
      '.get({ path: { "item-id": "new" }, query: { q: "a1" } })',
      "/new?q=a1",
    ],
  ];
  for (const [why, call, code, target] of cases) {
    it(why, () => assert.partialDeepStrictEqual(call, { code, target, method: "GET" }));
  }

  const ofOperations = (operations: object, callable: Readonly<Record<string, string>>) =>
    exampleCall({ paths: { "/items": operations } }, new Map(Object.entries(callable)));

  it("is of another method only where no GET will do, and of one without a key and a needed body", () => {
    const [get, remove] = [{ operationId: "listAllItems" }, { operationId: "clear" }];
    const both = { "GET /items": "listAllItems", "DELETE /items": "clear" };
    assert.equal(ofOperations({ get, delete: remove }, both)?.code, ".listAllItems()");
    const removal = { code: ".clear()", target: "/items", method: "DELETE" };
    assert.partialDeepStrictEqual(
      ofOperations({ get, delete: remove }, { "DELETE /items": "clear" }),
      removal,
    );
    const post = { operationId: "make", requestBody: { required: true } };
    const put = { operationId: "put", parameters: [parameter("Idempotency-Key", "header", {}, false)] };
    assert.equal(ofOperations({ post, put }, { "POST /items": "make", "PUT /items": "put" }), undefined);
  });

  it("has the name that the client gives the method, where the contract's is reserved", () => {
    assert.equal(ofOperations({ get: { operationId: "then" } }, { "GET /items": "then_" })?.code, ".then_()");
  });

  it("follows a reference to a parameter of another path", () => {
    const parameters = [{ $ref: "#/paths/~1b~1{id}/parameters/0" }];
    const paths = {
      "/a/{id}": { parameters, get: { operationId: "getA" } },
      "/b/{id}": { parameters: [parameter("id", "path", { type: ["string", "null"] })] },
    };
    assert.equal(exampleCall({ paths }, new Map([["GET /a/{id}", "getA"]]))?.target, "/a/a1");
  });

  it("is none where something is needed that cannot be made up", () => {
    assert.equal(ofPath("/{id}", [], "get"), undefined);
    const unwritable = parameter("__proto__", "query", { type: "string" });
    assert.equal(ofPath("/items", [unwritable], "get"), undefined);
    assert.equal(ofPath("/items", [parameter("a", "query", { type: "object" })], "get"), undefined);
  });
});

describe("the base path of every operation", () => {
  for (const [url, path] of [
    ["https://api.example/v1/", "/v1"],
    ["https://api.example", ""],
    ["//api.example/v2", "/v2"],
    ["/api/v3", "/api/v3"],
    ["/", ""],
    ["https://{host}/v1", ""],
    ["v1", ""],
  ] as const) {
    it(`is ${JSON.stringify(path)} of ${url}`, () => assert.equal(basePathOf({ servers: [{ url }] }), path));
  }

  it("has the defaults of the server's variables", () => {
    const server = {
      url: "https://{host}/{stage}/api",
      variables: { host: { default: "a" }, stage: { default: "v2" } },
    };
    assert.equal(basePathOf({ servers: [server] }), "/v2/api");
  });

  it("is of the server that most operations name, where the document names none", () => {
    const get = (url: string) => ({ get: { servers: [{ url }] } });
    assert.equal(basePathOf({ paths: { "/a": get("/v1"), "/b": get("/v2"), "/c": get("/v2") } }), "/v2");
  });

  it("is nothing where there is no server", () => assert.equal(basePathOf({}), ""));
});
