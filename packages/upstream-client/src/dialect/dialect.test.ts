import assert from "node:assert/strict";
import { test } from "node:test";
import { response } from "@triptych/testing";
import { contractService } from "../contract/index.ts";
import { CallScope } from "../context.ts";
import { makeRequest, testUpstream } from "../testing/index.ts";
import { systemClock } from "../clock.ts";

const CALLER = { userId: "ada", txnToken: "eyJ0eXAi.txn.token", authority: "orders:read" };
const answers = { status: (status: number) => () => response(status, "{}") };

for (const [identity, expected] of [
  [undefined, {}],
  ["none", {}],
  ["user-id", { "x-user-id": "ada" }],
  ["signed", { "x-user-id": "ada", "txn-token": "eyJ0eXAi.txn.token" }],
] as const) {
  test(`identity ${identity ?? "by default"}: sends ${Object.keys(expected).join(" and ") || "nothing of ours"}`, async () => {
    const options = identity === undefined ? {} : { identity };
    await using things = await testUpstream((socket) => socket.write(response(200, "{}")), options);
    await things.call({}, { caller: CALLER });
    const [request = ""] = things.server.requests;
    const ours = new Set(["x-user-id", "txn-token", "x-identity", "authorization", "cookie"]);
    const sent = Object.fromEntries(
      request.split("\r\n").flatMap((line) => {
        const [name = "", value] = line.split(": ");
        return ours.has(name) ? [[name, value]] : [];
      }),
    );
    assert.deepEqual(sent, expected);
    if (identity === undefined) assert.doesNotMatch(request, /ada|eyJ|orders:read/);
  });
}

test("a User-Agent of the BFF's, and none that could hold another header", async () => {
  const options = { userAgent: "web-bff/1.2 (+https://example.org)" };
  await using things = await testUpstream((socket) => socket.write(response(200, "{}")), options);
  await things.call();
  assert.match(
    things.server.requests[0] ?? "",
    /\r\nuser-agent: web-bff\/1\.2 \(\+https:\/\/example\.org\)\r\n/,
  );
  for (const userAgent of ["", " a", "a\r\nx: y", "é", "a".repeat(257)])
    await assert.rejects(
      testUpstream(() => undefined, { userAgent }),
      /^TypeError: things: userAgent must be/,
    );
});

for (const [base, target] of [
  ["", "/v2/things/1"],
  ["/", "/v2/things/1"],
  ["/api/v1", "/api/v1/things/1"],
  ["/api/v1/", "/api/v1/things/1"],
  ["/a%20b", "/a%20b/things/1"],
] as const) {
  test(`an address with the base path "${base}" asks for ${target}`, async () => {
    const answer = { schema: {}, enums: { root: {}, named: {} } };
    const contract = {
      getThing: { name: "getThing", method: "GET", path: "/things/1", idempotent: false, answer },
    };
    await using first = await testUpstream((socket) => socket.write(response(200, "{}")));
    const addresses = [`${first.server.origin}${base}`];
    await using things = await testUpstream(() => undefined, { addresses });
    const service = contractService<{ getThing: () => Promise<unknown> }>(contract, things.upstream, {
      basePath: "/v2",
    });
    const { context, deadline } = makeRequest(systemClock, {}, 60_000);
    await service.in(new CallScope(context)).getThing();
    deadline.dispose();
    assert.equal(first.server.requests[0]?.split(" ")[1], target);
  });
}

test("an operation without a contract's base path gets the address's before it", async () => {
  await using first = await testUpstream((socket) => socket.write(response(200, "{}")));
  await using things = await testUpstream(() => undefined, { addresses: [`${first.server.origin}/cms`] });
  await things.call({ path: "/items" }, { input: { query: { q: "a/b" } } });
  assert.match(first.server.requests[0] ?? "", /^GET \/cms\/items\?q=a%2Fb HTTP/);
});

for (const address of ["http://a?x", "http://a/#x", "http://user:secret@a/", "ftp://a", "a/b"]) {
  test(`${address} is no address, and a password in it is not shown`, async () => {
    await assert.rejects(
      testUpstream(() => undefined, { addresses: [address] }),
      (error: Error) => {
        assert.equal(error.name, "TypeError");
        assert.doesNotMatch(error.message, /secret/);
        return true;
      },
    );
  });
}

test("a declared status is the outcome that it is declared to be", async () => {
  const statuses = {
    403: "not-found",
    422: "conflict",
    404: "unavailable",
    500: "rejected",
    302: "not-found",
  } as const;
  const seen: unknown[] = [];
  for (const status of [403, 422, 404, 500, 302, 409, 400]) {
    await using things = await testUpstream((socket) => socket.write(answers.status(status)()), {
      statuses,
      retry: false,
      events: { attempt: ({ outcome, rejection }) => seen.push([status, outcome, rejection]) },
    });
    const error = await things.failure();
    assert.equal(error.status, status);
  }
  assert.deepEqual(seen, [
    [403, "rejected", "not-found"],
    [422, "rejected", "conflict"],
    [404, "unavailable", undefined],
    [500, "rejected", "other"],
    [302, "rejected", "not-found"],
    [409, "rejected", "conflict"],
    [400, "rejected", "other"],
  ]);
});

test("a success cannot be declared to be a failure", async () => {
  const statuses = { 200: "invalid" } as const;
  await assert.rejects(
    testUpstream(() => undefined, { statuses }),
    /^TypeError: things: statuses are from 300/,
  );
});
