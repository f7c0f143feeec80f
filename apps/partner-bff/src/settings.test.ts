import assert from "node:assert/strict";
import { test } from "node:test";
import { readSettings } from "@triptych/service-kit";
import { bff } from "./app.ts";

const SETTINGS = bff.settings;

const NEEDED = {
  USERS_URL: "http://127.0.0.1:9001",
  ORDERS_URL: "http://127.0.0.1:9002",
  RECOMMENDATIONS_URL: "http://127.0.0.1:9003",
  CATALOG_URL: "http://127.0.0.1:9004",
  IDENTITY_KEYS: `k1:${Buffer.alloc(32, 1).toString("base64url")}`,
};

test("by default listens on 8103 and 9103, answers all documents, and introspects", () => {
  const settings = readSettings(NEEDED, SETTINGS);
  assert.equal(settings.PORT, 8103);
  assert.equal(settings.ADMIN_PORT, 9103);
  assert.equal(settings.TRUSTED_DOCUMENTS_ONLY, "false");
  assert.equal(settings.GRAPHQL_INTROSPECTION, "true");
});

test("introspects in production only when it is switched on", () => {
  const production = { ...NEEDED, NODE_ENV: "production" };
  assert.equal(readSettings(production, SETTINGS).GRAPHQL_INTROSPECTION, "false");
  const switchedOn = { ...production, GRAPHQL_INTROSPECTION: "true" };
  assert.equal(readSettings(switchedOn, SETTINGS).GRAPHQL_INTROSPECTION, "true");
});

test("refuses what is neither true nor false", () => {
  const env = { ...NEEDED, GRAPHQL_INTROSPECTION: "yes", TRUSTED_DOCUMENTS_ONLY: "1" };
  assert.throws(
    () => readSettings(env, SETTINGS),
    /GRAPHQL_INTROSPECTION is 'yes'.*\nTRUSTED_DOCUMENTS_ONLY is '1'/,
  );
});
