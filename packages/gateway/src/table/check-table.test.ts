import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sampleTable } from "../testing/sample-table.ts";
import { checkTable, RouteTableError } from "./check-table.ts";
import { createMatcher, readTarget } from "./route.ts";
import type { Route } from "./route.ts";

describe("the route table", () => {
  it("of the tests is right", () => {
    checkTable(sampleTable());
  });

  it("lands people on this site only", () => {
    for (const landing of ["//evil.example", "https://evil.example", "web", "/web?x"]) {
      assert.throws(() => checkTable({ ...sampleTable(), landing }), /landing must be a path of this site/);
    }
  });

  it("calls no BFF what its address could not be called", () => {
    const table = sampleTable({});
    const targets = { ...table.targets, web: { identity: "x-identity" } } as const;
    assert.throws(() => checkTable({ ...table, targets }), /target "web": a BFF is called …-bff/);
  });

  const cases: [name: string, changes: Partial<Route>, complaint: RegExp][] = [
    ["a name that is taken", { name: "partner" }, /two routes have the name "partner"/],
    ["a name that is no label", { name: "The Web" }, /its name must match/],
    ["a prefix that is taken", { prefix: "/partner/graphql" }, /two routes have the prefix/],
    ["a prefix without a slash", { prefix: "web" }, /must be segments/],
    ["a prefix that ends in a slash", { prefix: "/web/" }, /must be segments/],
    ["the login's own prefix", { prefix: "/auth/x" }, /login's own/],
    ["an unknown target", { target: "nowhere" }, /target "nowhere" is none of web-bff/],
    ["a rewrite that is no path", { rewrite: "orders" }, /rewrite must be segments/],
    ["no callers", { callers: [] }, /no callers/],
    [
      "no login in front of a BFF",
      { callers: "anyone" },
      /a BFF needs an identity, so its callers cannot be anyone/,
    ],
    ["a login without sessions", { callers: ["bearer"] }, /takes no session/],
    ["no limit per address", { limits: [] }, /no limit per address/],
    [
      "two limits of one kind",
      {
        limits: [
          { per: "address", requests: 1, seconds: 1 },
          { per: "address", requests: 2, seconds: 1 },
        ],
      },
      /two limits of one kind/,
    ],
    ["a limit of nothing", { limits: [{ per: "address", requests: 0, seconds: 1 }] }, /at least 1/],
    ["any origin", { cors: { origins: ["*"] } }, /cors: "\*" must be an origin/],
    ["an origin with a slash", { cors: { origins: ["https://a.example/"] } }, /must be an origin/],
    ["the origin null", { cors: { origins: ["null"] } }, /must be an origin/],
    ["cors for nobody", { cors: { origins: [] } }, /cors lists no origins/],
    [
      "credentials of other origins without sessions",
      { callers: ["bearer"], cors: { origins: ["https://a.example"], credentials: true } },
      /takes no session/,
    ],
    ["a body without end", { maxBodyBytes: 1_000_000 }, /maxBodyBytes/],
    ["no deadline", { deadlineMs: 0 }, /deadlineMs/],
    ["a deadline past the proxy's", { deadlineMs: 60_000 }, /deadlineMs/],
    [
      "a contract outside",
      { contract: { kind: "openapi", file: "../x", unknownQuery: "refuse" } },
      /must lie in/,
    ],
    ["a shadow of nothing", { shadow: { share: 0 } }, /share must be over 0/],
    ["a shadow of more than all", { shadow: { share: 5 } }, /at most 1, but it is 5/],
    ["a shadow that ignores no pointer", { shadow: { share: 1, ignore: ["items"] } }, /no JSON pointer/],
    ["a transform that is no JSONata", { transform: "{" }, /not JSONata/],
    [
      "a sunset before its deprecation",
      { deprecation: { since: "2026-02-01", sunset: "2026-01-01", successor: "/web" } },
      /sunset must come after/,
    ],
    [
      "a day that does not exist",
      { deprecation: { since: "2026-02-31", sunset: "2027-01-01", successor: "/web" } },
      /"2026-02-31" is not a date/,
    ],
    [
      "a successor that does not exist",
      { deprecation: { since: "2026-01-01", sunset: "2027-01-01", successor: "/api/v9" } },
      /successor "\/api\/v9"/,
    ],
  ];
  for (const [name, changes, complaint] of cases) {
    it(`cannot have ${name}`, () => {
      assert.throws(
        () => checkTable(sampleTable(changes)),
        (error) => error instanceof RouteTableError && complaint.test(error.message),
      );
    });
  }

  it("complains of everything at once", () => {
    assert.throws(
      () => checkTable(sampleTable({ callers: [], limits: [], deadlineMs: 0 })),
      (error) => error instanceof RouteTableError && error.complaints.length === 4,
    );
  });
});

it("the longest prefix of whole segments wins", () => {
  const routeOf = createMatcher([{ prefix: "/api" }, { prefix: "/api/v1" }, { prefix: "/web" }]);
  const found = ["/api/v1/x", "/api/v1", "/api/v10", "/api", "/web/", "/website", "/"].map(
    (path) => routeOf(path)?.prefix,
  );
  assert.deepEqual(found, ["/api/v1", "/api/v1", "/api", "/api", "/web", undefined, undefined]);
});

describe("a request target", () => {
  for (const target of ["/", "/web/a", "/web/a?b=c", "/a-b_c.d~e", "/%41", "/a?b[]=/../", "/a.b/.c"]) {
    it(`${target} has one meaning`, () => assert.equal(readTarget(target)?.hides, false));
  }
  const hiding = ["/web%2fadmin", "/web%5cadmin", "/web/%252e", "/web/a%3bb", "/web/%00", "/web/%7f"];
  for (const target of hiding) {
    it(`${target} hides another path`, () => assert.equal(readTarget(target)?.hides, true));
  }
  const ambiguous = [
    "",
    "*",
    "web",
    "http://evil.example/web",
    "//evil.example/web",
    "/web//a",
    "/web/../admin",
    "/web/..",
    "/web/./a",
    "/web/%2e%2e/admin",
    "/web/.%2E/admin",
    "/web\\admin",
    "/web/a;b",
    "/web/%0d%0aX: 1",
    "/web#admin",
    "/web/%",
    "/web/%4",
    "/web/é",
    "/web/a b",
    '/web/"',
    "/web/<script>",
    `/${"a".repeat(4_096)}`,
  ];
  for (const target of ambiguous) {
    it(`${JSON.stringify(target.slice(0, 30))} is ambiguous`, () =>
      assert.equal(readTarget(target), undefined));
  }
});
