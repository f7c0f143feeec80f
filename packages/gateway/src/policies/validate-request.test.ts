import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { runGateway } from "../testing/gateway-under-test.ts";
import { sampleTable } from "../testing/sample-table.ts";
import type { GatewayUnderTest, SendOptions } from "../testing/gateway-under-test.ts";

const post = (body: string, headers: Record<string, string | string[]> = {}): SendOptions => ({
  method: "POST",
  headers: { "Content-Type": "application/json", "Idempotency-Key": "key-1234", ...headers },
  body,
});
const CANCEL = "/web/orders/1/cancel";
const REASON = '{"reason":"other"}';

type Case = [name: string, path: string, options: SendOptions, status: number, detail?: RegExp];
const cases: Case[] = [
  ["a path of the contract", "/web/home-page", {}, 200],
  ["HEAD where there is GET", "/web/home-page", { method: "HEAD" }, 200],
  ["a path that is not in the contract", "/web/secret", {}, 404],
  ["a path of the contract with more behind it", "/web/home-page/more", {}, 404],
  ["a path of the contract with a slash behind it", "/web/home-page/", {}, 404],
  ["a path in other letter case", "/web/HOME-PAGE", {}, 404],
  ["only the prefix", "/web", {}, 404],
  ["a prefix's beginning", "/website/home-page", {}, 404],
  ["a method that is not in the contract", "/web/home-page", { method: "DELETE" }, 405],
  ["GET where there is only POST", CANCEL, {}, 405],
  ["a path parameter", "/web/orders/ab-1_X", {}, 200],
  ["a path parameter that breaks its pattern", "/web/orders/a.b", {}, 400, /"orderId" must match/],
  ["a path parameter that is encoded", "/web/orders/%41", {}, 200],
  ["a path parameter that is no UTF-8", "/web/orders/%ff", {}, 400],
  ["a path parameter that is too long", `/web/orders/${"a".repeat(65)}`, {}, 400],

  ["a number in the query", "/web/orders?limit=3", {}, 200],
  ["a number that is none", "/web/orders?limit=three", {}, 400, /"limit" must be integer/],
  ["a number with a fraction", "/web/orders?limit=1.5", {}, 400],
  ["a number out of range", "/web/orders?limit=101", {}, 400, /"limit" must be <= 100/],
  ["an empty number", "/web/orders?limit=", {}, 400],
  ["a parameter behind two question marks", "/web/orders??limit=100000", {}, 400, /"\?limit" is not in/],
  ["a parameter without a name", "/web/orders?=3", {}, 400],
  ["a parameter behind a semicolon", "/web/orders?limit=3;limit=100000", {}, 400],
  ...[
    "0x10",
    "0b1",
    "0o7",
    "1000000e-4",
    "1e1",
    "1E1",
    "%0a5",
    "5%20",
    "+5",
    "%2B5",
    "05",
    "5.",
    ".5",
    "%EF%BC%95",
  ].map((text): Case => [`the number ${text}`, `/web/orders?limit=${text}`, {}, 400]),
  ["a number past the exact ones", "/web/prices?least=9007199254740993", {}, 400],
  ["a fraction where one may be", "/web/prices?least=-0.50", {}, 200],
  ["truth in other words", "/web/prices?sale=1", {}, 400],
  ["nothing for a number or null", "/web/prices?most=", {}, 400],
  ["a number in one spelling of two types", "/web/prices?either=0x10", {}, 400],
  ["a parameter twice", "/web/orders?limit=1&limit=2", {}, 400, /"limit" may be given only once/],
  ["a parameter twice, once encoded", "/web/orders?limit=1&lim%69t=2", {}, 400, /may be given only once/],
  [
    "a parameter that is not in the contract",
    "/web/orders?admin=1",
    {},
    400,
    /"admin" is not in the contract/,
  ],
  ["a parameter with brackets", "/web/orders?limit[]=1", {}, 400],
  ["a parameter named __proto__", "/web/orders?__proto__=1", {}, 400],
  ["a list, repeated", "/web/orders?status=placed&status=paid", {}, 200],
  ["a list with a value that is not in the contract", "/web/orders?status=placed&status=x", {}, 400],
  ["a list with commas", "/web/orders?ids=1,2", {}, 200],
  ["a list with commas that is too long", "/web/orders?ids=1,2,3", {}, 400],
  ["a list with commas, twice", "/web/orders?ids=1&ids=2", {}, 400],
  ["a required parameter", "/web/search?q=shoes", {}, 200],
  ["a required parameter that is missing", "/web/search", {}, 400, /"q" is missing/],
  ["a query that is no UTF-8", "/web/search?q=%ff", {}, 400],

  ["a body", CANCEL, post(REASON), 200],
  ["a body with a charset", CANCEL, post(REASON, { "Content-Type": "application/json; charset=UTF-8" }), 200],
  ["another charset", CANCEL, post(REASON, { "Content-Type": "application/json; charset=latin1" }), 415],
  ["a body of another type", CANCEL, post(REASON, { "Content-Type": "text/plain" }), 415],
  ["a body of no type", CANCEL, post(REASON, { "Content-Type": "" }), 415],
  [
    "a form, which the contract takes as it is",
    CANCEL,
    post("reason=other", { "Content-Type": "application/x-www-form-urlencoded" }),
    200,
  ],
  ["no body", CANCEL, post(""), 400, /body is missing/],
  ["a body that is not JSON", CANCEL, post("{reason"), 400, /not valid JSON/],
  [
    "a body of another JSON type",
    CANCEL,
    post(REASON, { "Content-Type": "application/vnd.api+json; charset=utf8" }),
    200,
  ],
  [
    "a body of JSON with a parameter",
    CANCEL,
    post(REASON, { "Content-Type": "application/json; odata.metadata=minimal" }),
    200,
  ],
  [
    "two charsets",
    CANCEL,
    post(REASON, { "Content-Type": "application/json; charset=utf-8; charset=utf-7" }),
    415,
  ],
  ["two content types", CANCEL, post(REASON, { "Content-Type": ["application/json", "text/plain"] }), 400],
  ["a body with a key twice", CANCEL, post('{"reason":"other","reason":"changed_mind"}'), 400, /a key twice/],
  [
    "a key twice, once escaped",
    CANCEL,
    post('{"reason":"other","r\\u0065ason":"other"}'),
    400,
    /a key twice/,
  ],
  ["a key twice deep inside", CANCEL, post('{"reason":"other","parts":[{"a":[{"b":1,"b":1}]}]}'), 400],
  ["an empty key twice", CANCEL, post('{"reason":"other","parts":[{"":1,"":2}]}'), 400],
  [
    "braces, colons, quotes and backslashes in texts",
    CANCEL,
    post(JSON.stringify({ reason: "other", parts: [{ 'a":{"b\\': '\\\\":":{[', c: { "a:": ":" } }] })),
    200,
  ],
  ["a deep __proto__", CANCEL, post('{"reason":"other","parts":[{"__proto__":{"quantity":1}}]}'), 400],
  ["a deep __proto__, escaped", CANCEL, post('{"reason":"other","parts":[{"_\\u005fproto__":1}]}'), 400],
  [
    "a number past the exact ones",
    CANCEL,
    post('{"reason":"other","parts":[{"quantity":9007199254740993}]}'),
    400,
  ],
  ["a number past all", CANCEL, post('{"reason":"other","parts":[{"quantity":1,"weight":-1e400}]}'), 400],
  ["a body with two byte order marks", CANCEL, post(`\uFEFF\uFEFF${REASON}`), 400],
  ["a body without what is required", CANCEL, post("{}"), 400, /must have required property 'reason'/],
  [
    "a body with a value that is not in the contract",
    CANCEL,
    post('{"reason":"ada@example.com"}'),
    400,
    /^The body \/reason must be one of "changed_mind", "other"$/,
  ],
  [
    "a body with a member too many",
    CANCEL,
    post('{"reason":"other","admin":true}'),
    400,
    /^The body has the member "admin", which is not in the contract$/,
  ],
  [
    "a body with a member too many, of a name that is not to be repeated",
    CANCEL,
    post('{"reason":"other","<b>ada@example.com</b>":true}'),
    400,
    /^The body has a member that is not in the contract$/,
  ],
  ["a body with __proto__", CANCEL, post('{"reason":"other","__proto__":{"a":1}}'), 400],
  [
    "a number as text in a body",
    CANCEL,
    post('{"reason":"other","parts":[{"quantity":"1"}]}'),
    400,
    /\/parts\/0\/quantity must be integer/,
  ],
  ["a text that is too long", CANCEL, post('{"reason":"other","note":"12345678901"}'), 400],
  ["a list as body", CANCEL, post("[]"), 400],
  ["null as body", CANCEL, post("null"), 400],
  ["a body 10,000 levels deep", CANCEL, post("[".repeat(4_900) + "]".repeat(4_900)), 400],
  ["a body that is too large", CANCEL, post(JSON.stringify({ reason: "x".repeat(10_001) })), 413],
  ["a body larger than any", CANCEL, post("x".repeat(100_001)), 413],
  ["a compressed body", CANCEL, post(REASON, { "Content-Encoding": "gzip" }), 415],
  [
    "a body where none is known",
    "/web/home-page",
    { body: "x", headers: { "Content-Type": "text/plain" } },
    400,
  ],
  [
    "a required header that is missing",
    CANCEL,
    { ...post(REASON), headers: { "Content-Type": "application/json" } },
    400,
    /"Idempotency-Key" is missing/,
  ],
  [
    "a header that is too short",
    CANCEL,
    post(REASON, { "Idempotency-Key": "short" }),
    400,
    /"Idempotency-Key" must NOT have fewer/,
  ],
];

describe("the contract decides:", () => {
  let gateway: GatewayUnderTest;
  before(async () => {
    gateway = await runGateway();
  });
  after(async () => gateway[Symbol.asyncDispose]());

  for (const [name, path, options, status, detail] of cases) {
    it(`${name} is ${status}`, async () => {
      gateway.target.requests.length = 0;
      const headers = { ...(await gateway.bearer()), ...options.headers };
      const answer = await gateway.send(path, { ...options, headers });
      assert.equal(answer.status, status, answer.text);
      assert.equal(gateway.target.requests.length, status === 200 ? 1 : 0);
      if (status === 200) {
        assert.equal(gateway.target.only.body, options.body ?? "");
        return;
      }
      if (detail !== undefined) assert.match(JSON.parse(answer.text).detail, detail);
      assert.ok(!answer.text.includes("ada@example.com"), "the value is not shown");
      if (status === 405) assert.ok(answer.headers["allow"]);
    });
  }

  it("a concrete path wins over one with a parameter", async () => {
    const answer = await gateway.send("/web/orders/latest", {
      method: "POST",
      headers: await gateway.bearer(),
    });
    assert.equal(answer.headers["allow"], "GET, HEAD");
  });

  it("a chunked body is checked as any other and arrives whole", async () => {
    gateway.target.requests.length = 0;
    const { Authorization } = await gateway.bearer();
    const connection = gateway.connect();
    connection.send(
      `POST ${CANCEL} HTTP/1.1\r\nHost: a\r\nAuthorization: ${Authorization}\r\nIdempotency-Key: key-1234\r\n` +
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" +
        '5\r\n{"rea\r\nd\r\nson":"other"}\r\n0\r\n\r\n',
    );
    assert.equal((await connection.answer()).status, 200);
    assert.equal(gateway.target.only.body, REASON);
  });

  it("a chunked body over the route's limit is refused, whatever its type", async () => {
    gateway.target.requests.length = 0;
    const { Authorization } = await gateway.bearer();
    for (const type of ["application/json", "application/x-www-form-urlencoded"]) {
      const connection = gateway.connect();
      connection.send(
        `POST ${CANCEL} HTTP/1.1\r\nHost: a\r\nAuthorization: ${Authorization}\r\nIdempotency-Key: key-1234\r\n` +
          `Content-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n${`3e8\r\n${"x".repeat(1_000)}\r\n`.repeat(60)}0\r\n\r\n`,
      );
      assert.equal((await connection.answer()).status, 413);
    }
    assert.equal(gateway.target.requests.length, 0);
  });
});

/** What leaves for what came: the same meaning in one spelling. */
const built: [came: string, left: string][] = [
  ["/web/orders?", "/web/orders"],
  ["/web/orders?&limit=3&&", "/web/orders?limit=3"],
  ["/web/orders?lim%69t=%33", "/web/orders?limit=3"],
  ["/web/orders?limit=3.0", "/web/orders?limit=3"],
  ["/web/orders?status=paid&limit=3&status=placed", "/web/orders?status=paid&status=placed&limit=3"],
  ["/web/orders?ids=%61%2Cb+c", "/web/orders?ids=a,b%20c"],
  ["/web/search?q", "/web/search?q="],
  ["/web/search?q=a+b%20c%2Bd", "/web/search?q=a%20b%20c%2Bd"],
  ["/web/search?q=a=b?c;d:e/f@g", "/web/search?q=a%3Db%3Fc%3Bd%3Ae%2Ff%40g"],
  ["/web/search?q=a%26q%3Db%0a", "/web/search?q=a%26q%3Db%0A"],
  ["/web/orders/%61%2D1", "/web/orders/a-1"],
];

describe("what leaves is built from what was checked:", () => {
  for (const [came, left] of built) {
    it(`${came} leaves as ${left}`, async () => {
      await using gateway = await runGateway();
      const answer = await gateway.send(came, { headers: await gateway.bearer() });
      assert.equal(answer.status, 200, answer.text);
      assert.equal(gateway.target.only.url, left);
    });
  }

  it("a parameter that a route ignores leaves under the name that was read here", async () => {
    const contract = { kind: "openapi", file: "sample", unknownQuery: "ignore" } as const;
    await using gateway = await runGateway({ table: sampleTable({ contract }) });
    const path = "/web/orders??limit=100000&utm_source=a+mail&limit=3&%26limit=7";
    assert.equal((await gateway.send(path, { headers: await gateway.bearer() })).status, 200);
    const left = "/web/orders?%3Flimit=100000&utm_source=a%20mail&limit=3&%26limit=7";
    assert.equal(gateway.target.only.url, left);
    assert.equal(new URL(left, "http://a").searchParams.getAll("limit").join(), "3");
  });

  it("JSON leaves as application/json without a byte order mark, any other body as it came", async () => {
    await using gateway = await runGateway();
    const headers = await gateway.bearer();
    const type = "application/vnd.api+json; charset=utf8; ext=1";
    const options = post(`\uFEFF${REASON}`, { ...headers, "Content-Type": type });
    assert.equal((await gateway.send(CANCEL, options)).status, 200);
    const { body, headers: left } = gateway.target.only;
    assert.deepEqual(
      [body, left["content-type"], left["content-length"], left["transfer-encoding"]],
      [REASON, "application/json", String(REASON.length), undefined],
    );
  });

  it("a header that Connection names is gone before the check, not after it", async () => {
    await using gateway = await runGateway();
    const { Authorization } = await gateway.bearer();
    const request = (connection: string): string =>
      `POST ${CANCEL} HTTP/1.1\r\nHost: a\r\nAuthorization: ${Authorization}\r\nIdempotency-Key: key-1234\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${REASON.length}\r\n${connection}\r\n${REASON}`;
    const named: [connection: string, status: number][] = [
      ["Connection: close, idempotency-key\r\n", 400],
      ["Connection: close\r\nConnection: ,Idempotency-Key ,\r\n", 400],
      ["Connection: authorization\r\n", 401],
      ["Connection: content-type\r\n", 415],
      ["Connection: content-length, host, transfer-encoding, x-identity\r\n", 200],
    ];
    for (const [connection, status] of named) {
      gateway.target.requests.length = 0;
      assert.equal((await gateway.connect().send(request(connection)).answer()).status, status, connection);
      assert.equal(gateway.target.requests[0]?.body, status === 200 ? REASON : undefined);
    }
  });

  it("no other name for the method or the path leaves", async () => {
    await using gateway = await runGateway();
    const others = [
      "X-HTTP-Method-Override",
      "X-HTTP-Method",
      "X-Method-Override",
      "X-Original-URL",
      "X-Rewrite-URL",
    ];
    const headers = Object.fromEntries(others.map((name) => [name, "DELETE"]));
    await gateway.send("/web/home-page", { headers: { ...headers, ...(await gateway.bearer()) } });
    const { headers: left } = gateway.target.only;
    assert.deepEqual(
      others.filter((name) => left[name.toLowerCase()] !== undefined),
      [],
    );
  });
});

const graphql = (body: unknown, headers: Record<string, string> = {}): SendOptions => ({
  method: "POST",
  headers: { "Content-Type": "application/json", ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
});
const extensions = encodeURIComponent('{"persistedQuery":{"version":1,"sha256Hash":"ab"}}');

const graphqlCases: [name: string, query: string, options: SendOptions, status: number][] = [
  ["a query", "", graphql({ query: "{ viewer { id } }" }), 200],
  [
    "all its members",
    "",
    graphql({ query: "q", operationName: "A", variables: { a: 1 }, extensions: {} }),
    200,
  ],
  ["members that are null", "", graphql({ query: "q", operationName: null, variables: null }), 200],
  ["a persisted query", "", graphql({ extensions: { persistedQuery: { sha256Hash: "a" } } }), 200],
  ["a persisted query by GET", `?extensions=${extensions}`, {}, 200],
  ["variables by GET", `?extensions=${extensions}&variables=%7B%7D`, {}, 200],
  ["variables by GET that are no JSON", `?extensions=${extensions}&variables=x`, {}, 400],
  [
    "variables by GET with a key twice",
    `?extensions=${extensions}&variables={"a":1,"a":2}`
      .replaceAll('"', "%22")
      .replaceAll("{", "%7B")
      .replaceAll("}", "%7D"),
    {},
    400,
  ],
  ["variables with a key twice", "", graphql('{"query":"q","variables":{"a":{"b":1,"b":2}}}'), 400],
  ["variables with __proto__", "", graphql('{"query":"q","variables":{"__proto__":{}}}'), 400],
  ["another JSON type", "", graphql({ query: "q" }, { "Content-Type": "application/hal+json" }), 200],
  ["a byte order mark", "", graphql('\uFEFF{"query":"q"}'), 200],
  ["a parameter twice by GET", `?query=a&query=b`, {}, 400],
  ["nothing by GET", "", {}, 400],
  ["a list of queries", "", graphql([{ query: "q" }]), 400],
  ["nothing to do", "", graphql({}), 400],
  ["a query that is no text", "", graphql({ query: { a: 1 } }), 400],
  ["variables that are a list", "", graphql({ query: "q", variables: [1] }), 400],
  ["a member of its own", "", graphql({ query: "q", admin: true }), 400],
  ["text", "", graphql('"query"'), 400],
  ["what is not JSON", "", graphql("{"), 400],
  ["a form", "", graphql("query=q", { "Content-Type": "application/x-www-form-urlencoded" }), 415],
  ["an upload", "", graphql("q", { "Content-Type": "multipart/form-data; boundary=x" }), 415],
  ["a body beside a query string", "?query=a", graphql({ query: "q" }), 400],
  ["a body that is too large", "", graphql({ query: "q".repeat(10_000) }), 413],
  ["PUT", "", { ...graphql({ query: "q" }), method: "PUT" }, 405],
  ["a path below", "/playground", {}, 404],
];

describe("the form of GraphQL decides:", () => {
  let gateway: GatewayUnderTest;
  before(async () => {
    gateway = await runGateway();
  });
  after(async () => gateway[Symbol.asyncDispose]());

  for (const [name, query, options, status] of graphqlCases) {
    it(`${name} is ${status}`, async () => {
      gateway.target.requests.length = 0;
      const headers = { ...(await gateway.bearer()), ...options.headers };
      const answer = await gateway.send(`/partner/graphql${query}`, { ...options, headers });
      assert.equal(answer.status, status, answer.text);
      assert.equal(gateway.target.requests.length, status === 200 ? 1 : 0);
    });
  }
});
