import assert from "node:assert/strict";
import { test } from "node:test";
import { ProblemError } from "@triptych/service-kit";
import * as fc from "fast-check";
import { parametersOfBody, parametersOfSearch } from "./parameters.ts";
import type { Parameters } from "./parameters.ts";

/** Whatever comes, it is well-formed parameters or a problem of the client's. */
function isReadOrRefused(read: () => Parameters): boolean {
  try {
    const { query, operationName, variables, extensions } = read();
    const areTexts = [query, operationName].every((text) => text === undefined || typeof text === "string");
    const areMaps = [variables, extensions].every(
      (map) => map === undefined || (typeof map === "object" && map !== null && !Array.isArray(map)),
    );
    return areTexts && areMaps;
  } catch (error) {
    return error instanceof ProblemError && error.code === "invalid-request";
  }
}

test("any body is read, or refused as the client's mistake", () => {
  const value = fc.jsonValue();
  const body = fc.oneof(
    value,
    fc.record(
      { query: value, operationName: value, variables: value, extensions: value },
      { requiredKeys: [] },
    ),
  );
  fc.assert(fc.property(body, (json) => isReadOrRefused(() => parametersOfBody(json))));
});

test("any query string is read, or refused as the client's mistake", () => {
  const name = fc.constantFrom("query", "operationName", "variables", "extensions", "other");
  const text = fc.oneof(fc.string(), fc.json(), fc.constant("{}"));
  fc.assert(
    fc.property(fc.array(fc.tuple(name, text)), (pairs) =>
      isReadOrRefused(() => parametersOfSearch(new URLSearchParams(pairs))),
    ),
  );
});

test("null counts as missing, and what is missing is nothing", () => {
  const nothing = { query: undefined, operationName: undefined, variables: undefined, extensions: undefined };
  assert.deepEqual(parametersOfBody({}), nothing);
  assert.deepEqual(
    parametersOfBody({ query: null, operationName: null, variables: null, extensions: null }),
    nothing,
  );
  assert.deepEqual(parametersOfSearch(new URLSearchParams()), nothing);
});
