import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readName } from "../names.ts";
import { seenSecurity } from "./security.ts";

const name = readName("stock", "a service's name");
const of = (securitySchemes: object, rest: object = {}) =>
  seenSecurity({ ...rest, components: { securitySchemes } }, name);

describe("the credentials of a document", () => {
  const flow = { tokenUrl: "https://login.example/token", scopes: {} };
  const cases: readonly (readonly [scheme: object, seen: string, authenticate: string | undefined])[] = [
    [{ type: "http", scheme: "Bearer" }, "http Bearer", 'bearer(setting("STOCK_TOKEN"))'],
    [
      { type: "http", scheme: "basic" },
      "http basic",
      'basic(setting("STOCK_USER"), setting("STOCK_PASSWORD"))',
    ],
    [{ type: "http", scheme: "digest" }, "http digest", undefined],
    [
      { type: "apiKey", in: "header", name: "X-Key" },
      "X-Key in the header",
      'apiKey("X-Key", setting("STOCK_KEY"))',
    ],
    [{ type: "apiKey", in: "query", name: "key" }, "key in the query", undefined],
    [
      { type: "oauth2", flows: { authorizationCode: flow, clientCredentials: flow } },
      "oauth2 authorizationCode, clientCredentials",
      'clientCredentials({ tokenEndpoint: "https://login.example/token", clientId: "…", clientSecret: setting("STOCK_SECRET") })',
    ],
    [{ type: "oauth2", flows: { implicit: flow } }, "oauth2 implicit", 'bearer(setting("STOCK_TOKEN"))'],
    [{ type: "openIdConnect" }, "openIdConnect", 'bearer(setting("STOCK_TOKEN"))'],
    [{ type: "mutualTLS" }, "mutualTLS", undefined],
  ];
  for (const [scheme, seen, authenticate] of cases) {
    it(`are named, and written where there is a line for them: ${seen}`, () => {
      assert.deepEqual(of({ one: scheme }), { schemes: [`one (${seen})`], authenticate });
    });
  }

  const both = { a: { type: "http", scheme: "basic" }, b: { type: "http", scheme: "bearer" } };
  it("are those that the document requires first, or its operations", () => {
    assert.match(of(both).authenticate ?? "", /^basic/);
    assert.match(of(both, { security: [{ b: [] }, { a: [] }] }).authenticate ?? "", /^bearer/);
    assert.match(
      of(both, { paths: { "/a": { get: { security: [{ b: [] }] } } } }).authenticate ?? "",
      /^bearer/,
    );
  });

  it("are none where the document has no scheme", () => {
    assert.deepEqual(seenSecurity({}, name), { schemes: [], authenticate: undefined });
  });
});
