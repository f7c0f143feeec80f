import assert from "node:assert/strict";
import { test } from "node:test";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { Type } from "typebox";
import { datedChanges } from "../definition/dated-changes.ts";
import { defineScreens } from "../definition/screen.ts";
import type { FakeClients } from "../testing/fake-upstreams.ts";
import { profileScreen } from "../testing/profile-screen.ts";
import { renameCommand } from "../testing/rename-command.ts";
import type { AboutApp } from "./describe-screens.ts";
import { describeScreens } from "./describe-screens.ts";

const { screen, command, optional } = defineScreens<FakeClients>();

const PROBLEMS = {
  "invalid-request": { status: 400, title: "Invalid request" },
  forbidden: { status: 403, title: "Forbidden" },
  "not-found": { status: 404, title: "Not found" },
  "upgrade-required": { status: 426, title: "Upgrade required" },
  "upstream-unavailable": { status: 503, title: "Service unavailable" },
  overloaded: { status: 503, title: "Overloaded" },
};

const WEB: AboutApp = { title: "A BFF", version: "1.0.0", prefix: "/app", problems: PROBLEMS };
const MOBILE: AboutApp = { ...WEB, version: "3.0.0", oldestVersion: "1.0.0" };

const Newest = Type.Object({
  price: Type.String(),
  mood: Type.Union([Type.Literal("good"), Type.Literal("bad")]),
});
const Before3 = Type.Object({ price: Type.Integer() });
const Before2 = Type.Object({ cents: Type.Integer() });

const versioned = screen({
  name: "versioned-item",
  path: "/lists/:listId/items/:itemId",
  summary: "For tests",
  budget: { deadlineMs: 800, upstreamCalls: 1, bytes: 1_000 },
  sections: {
    item: optional({
      schema: Newest,
      fallback: { price: "", mood: "bad" },
      load: async () => ({}),
      shape: () => ({ price: "", mood: "good" as const }),
      changes: datedChanges<typeof Newest>()
        .until("3.0.0", { note: "price became text", older: Before3, toOlder: () => ({ price: 1 }) })
        .until("2.0.0", { note: "cents became price", older: Before2, toOlder: () => ({ cents: 1 }) }),
    }),
  },
});

const jsonCommand = command({
  name: "touch-item",
  path: "/lists/:listId/items/:itemId/touch",
  summary: "For tests",
  deadlineMs: 800,
  body: Type.Object({ how: Type.String() }, { additionalProperties: false }),
  run: async () => ({}),
  answer: { screen: versioned, section: "item" },
});

const ALL = { screens: [profileScreen, versioned], commands: [renameCommand, jsonCommand] };

/** The value at a path of names in the document. */
function at(document: unknown, ...names: readonly string[]): unknown {
  return names.reduce((value: unknown, name) => {
    assert.ok(typeof value === "object" && value !== null && name in value, `there is no ${name}`);
    return Object.entries(value).find(([key]) => key === name)?.[1];
  }, document);
}

test("describes the parameters of a query as every OpenAPI tool reads them", () => {
  const query = Type.Object({
    q: Type.String({ minLength: 1 }),
    since: Type.Optional(Type.String({ format: "date" })),
    limit: Type.Integer({ maximum: 50, default: 20 }),
    sort: Type.Optional(Type.Union([Type.Literal("new"), Type.Literal("old")])),
    tag: Type.Array(Type.String(), { default: [], description: "All of them" }),
  });
  const sections = versioned.sections;
  const asking = screen({ ...versioned, name: "asking", path: "/lists/:listId", query, sections });
  const document = describeScreens({ screens: [asking] }, WEB);
  const parameters: unknown = at(document, "paths", "/app/lists/{listId}", "get", "parameters");
  assert.ok(Array.isArray(parameters));
  assert.deepEqual(
    parameters.filter((one) => at(one, "in") === "query" && at(one, "name") !== "dpr"),
    [
      { name: "q", in: "query", required: true, schema: { type: "string", minLength: 1 } },
      { name: "since", in: "query", required: false, schema: { type: "string", format: "date" } },
      { name: "limit", in: "query", required: false, schema: { type: "integer", maximum: 50, default: 20 } },
      { name: "sort", in: "query", required: false, schema: { type: "string", enum: ["new", "old"] } },
      {
        name: "tag",
        in: "query",
        required: false,
        description: "All of them",
        schema: { type: "array", items: { type: "string" }, default: [] },
      },
    ],
  );
});

const ITEM = "/app/lists/{listId}/items/{itemId}";
const ANSWER = ["responses", "200", "content", "application/json", "schema"];

for (const [name, about] of [
  ["an app without released versions", WEB],
  ["an app with them", MOBILE],
] as const) {
  test(`the document of ${name} is OpenAPI, to a linter`, async () => {
    const config = await createConfig({ extends: ["recommended"], rules: { "info-license": "off" } });
    const source = JSON.stringify(describeScreens(ALL, about));
    const found = await lintFromString({ source, config });
    assert.deepEqual(
      found.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer]),
      [],
    );
  });
}

test("an answer has a member per section and degraded, all of them required", () => {
  const schema = at(describeScreens(ALL, WEB), "paths", "/app/profile", "get", ...ANSWER);
  assert.deepEqual(at(schema, "required"), ["profile", "orders", "degraded"]);
  assert.deepEqual(at(schema, "properties", "profile"), {
    type: "object",
    required: ["name"],
    properties: { name: { type: "string" } },
  });
  assert.deepEqual(at(schema, "properties", "degraded", "items"), { $ref: "#/components/schemas/Degraded" });
  assert.match(String(at(schema, "properties", "degraded", "description")), /Empty may be: orders\./);
});

for (const [version, item] of [
  ["3.0.0", { price: { type: "string" }, mood: { type: "string", enum: ["good", "bad"] } }],
  ["2.5.0", { price: { type: "integer" } }],
  ["1.9.9", { cents: { type: "integer" } }],
] as const) {
  test(`describes the shapes that app version ${version} knows, of screens and of commands`, () => {
    const document = describeScreens(ALL, { ...MOBILE, version });
    for (const [path, method] of [
      [ITEM, "get"],
      [`${ITEM}/touch`, "post"],
    ] as const) {
      const schema = at(document, "paths", path, method, ...ANSWER);
      assert.deepEqual(at(schema, "properties", "item", "properties"), item);
    }
  });
}

test("lists what a request may carry, and X-App-Version only if apps are released", () => {
  const names = (about: AboutApp, path: string, method: string) => {
    const parameters = at(describeScreens(ALL, about), "paths", path, method, "parameters");
    assert.ok(Array.isArray(parameters));
    return parameters.map(
      (parameter: unknown) => `${String(at(parameter, "in"))} ${String(at(parameter, "name"))}`,
    );
  };
  const path = ["path listId", "path itemId"];
  const device = ["query dpr", "header Sec-CH-DPR"];
  assert.deepEqual(names(WEB, ITEM, "get"), [...path, ...device, "header If-None-Match"]);
  assert.deepEqual(names(MOBILE, ITEM, "get"), [
    ...path,
    ...device,
    "header X-App-Version",
    "header If-None-Match",
  ]);
  assert.deepEqual(names(WEB, `${ITEM}/touch`, "post"), [...path, ...device, "header Idempotency-Key"]);
});

test("lists the problems by status, with what `type` can be there", () => {
  const document = describeScreens(ALL, MOBILE);
  assert.deepEqual(at(document, "paths", ITEM, "get", "responses", "503"), {
    $ref: "#/components/responses/Problem503",
  });
  const unavailable = at(document, "components", "responses", "Problem503");
  assert.equal(at(unavailable, "description"), "Service unavailable; Overloaded");
  assert.ok(at(unavailable, "headers", "Retry-After"));
  const schema = at(unavailable, "content", "application/problem+json", "schema", "allOf", "1");
  assert.deepEqual(at(schema, "properties", "type"), {
    enum: ["/problems/upstream-unavailable", "/problems/overloaded"],
  });
});

test("mentions pages and forms only if there are some", () => {
  const { paths } = describeScreens(ALL, WEB);
  const types = (path: string, method: string, ...where: string[]) =>
    Object.keys(Object(at(paths, path, method, ...where, "content")));
  const page = ["application/json", "application/x-ndjson", "text/html"];
  assert.deepEqual(types("/app/profile", "get", "responses", "200"), page);
  assert.deepEqual(types(ITEM, "get", "responses", "200"), page.slice(0, 2));
  const rename = "/app/profile/{userId}/rename";
  assert.deepEqual(types(rename, "post", "requestBody"), [
    "application/json",
    "application/x-www-form-urlencoded",
  ]);
  assert.deepEqual(types(`${ITEM}/touch`, "post", "requestBody"), ["application/json"]);
  assert.ok(at(paths, rename, "post", "responses", "303"));
  assert.ok(at(paths, rename, "post", "responses", "403"));
  assert.equal("303" in Object(at(paths, `${ITEM}/touch`, "post", "responses")), false);
  assert.equal("403" in Object(at(paths, `${ITEM}/touch`, "post", "responses")), false);
});

test("refuses two screens at one address", () => {
  assert.throws(
    () => describeScreens({ screens: [profileScreen, profileScreen] }, WEB),
    /\/app\/profile is there twice/,
  );
});

test("refuses a page without the place of a section, which it names", () => {
  const { page } = profileScreen;
  assert.ok(page);
  const forgetful = { ...profileScreen, page: { ...page, layout: () => "<body></body>" } };
  assert.throws(() => describeScreens({ screens: [forgetful] }, WEB), {
    name: "TypeError",
    message:
      "screen profile-screen: its layout must hold the place of section profile once, but it is there 0 times: put places.profile into it",
  });
});

test("shows of an example what the answer names, and leaves out one that no longer fits", () => {
  const shown = (answer: object) => {
    const document = describeScreens(
      { screens: [profileScreen] },
      { ...WEB, examples: { profileScreen: { orders: [], degraded: [], ...answer } } },
    );
    const operation = Object(document.paths["/app/profile"]).get;
    return operation.responses[200].content["application/json"].examples as unknown;
  };
  const degraded = [{ section: "orders", reason: "timeout" }];
  const fitting = { profile: { name: "Ada" }, orders: [], degraded };
  assert.deepEqual(shown(fitting), { sample: { summary: "From a run on the sample data", value: fitting } });
  // As in the answer, a member that the schema no longer names is not there, at any depth.
  const older = { profile: { name: "Ada", age: 36 }, news: [], degraded: [{ ...degraded[0], since: 1 }] };
  assert.deepEqual(Object(shown(older)).sample.value, fitting);
  assert.equal(shown({ profile: { nickname: "Ada" } }), undefined);
  assert.equal(
    shown({ profile: { name: "Ada" }, degraded: [{ section: "orders", reason: "bored" }] }),
    undefined,
  );
});

for (const [what, schema, says] of [
  [
    "with a member that is gone",
    Type.Object({ id: Type.String() }, { examples: [{ id: "o" }, { id: "o", canCancel: true }] }),
    /^section item of the screen asking: in its schema, \/examples\/1\/canCancel is not named in the schema: correct/,
  ],
  [
    "without a member",
    Type.Object({ lines: Type.Array(Type.Object({ id: Type.String() }, { example: {} })) }),
    /in its schema, \/properties\/lines\/items\/example must have required properties id: correct/,
  ],
  [
    "of another type",
    Type.Object({ "a/b": Type.Integer({ default: "1" }) }),
    /in its schema, \/properties\/a~1b\/default must be integer: correct/,
  ],
  [
    "of no member of a union",
    Type.Union([Type.Null(), Type.Object({ id: Type.String() })], { examples: [null, { id: "", x: 1 }] }),
    /in its schema, \/examples\/1\/x is not named/,
  ],
] as const) {
  test(`refuses an example in a schema ${what}`, () => {
    const load = async (): Promise<never> => Promise.reject(new Error("not asked"));
    const item = optional({ schema, fallback: Object(null), load, shape: () => Object(null) });
    const { path, summary, budget } = versioned;
    const asking = screen({ name: "asking", path, summary, budget, sections: { item } });
    assert.throws(() => describeScreens({ screens: [asking] }, WEB), { name: "TypeError", message: says });
  });
}

test("keeps an example in a schema that fits it, and refuses one of a query or a body", () => {
  const query = Type.Object({ q: Type.Optional(Type.Integer({ maximum: 5, examples: [4, 9] })) });
  const asking = screen({ ...versioned, query, sections: versioned.sections });
  const says = /^query parameter q of the screen versioned-item: in its schema, \/examples\/1 must be <= 5/;
  assert.throws(() => describeScreens({ screens: [asking] }, WEB), { message: says });
  const body = Type.Object({ how: Type.String() }, { examples: [{ how: "softly" }, { how: 1 }] });
  const commands = [command({ ...jsonCommand, body })];
  assert.throws(() => describeScreens({ screens: [versioned], commands }, WEB), {
    message: /^the body of the command touch-item: in its schema, \/examples\/1\/how must be string/,
  });
  const fitting = Type.Object({ how: Type.String() }, { examples: [{ how: "softly" }] });
  const document = describeScreens(
    { screens: [versioned], commands: [command({ ...jsonCommand, body: fitting })] },
    WEB,
  );
  const content = at(document, "paths", `${ITEM}/touch`, "post", "requestBody", "content");
  assert.deepEqual(at(content, "application/json", "schema", "examples"), [{ how: "softly" }]);
});
