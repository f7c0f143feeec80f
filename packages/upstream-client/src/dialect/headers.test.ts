import assert from "node:assert/strict";
import { test } from "node:test";
import { response } from "@triptych/testing";
import { InvalidCallError } from "../errors.ts";
import { makeRequest, testUpstream } from "../testing/index.ts";
import { systemClock } from "../clock.ts";

const declared = { headers: ["X-Tenant", "Accept-Language"] } as const;

test("a header parameter is sent, and answers to different values are never shared", async () => {
  await using things = await testUpstream((socket, request) => {
    const tenant = /x-tenant: (.*)\r\n/.exec(request)?.[1] ?? "none";
    socket.write(response(200, JSON.stringify({ tenant }), { "cache-control": "max-age=60" }));
  });
  const request = makeRequest(systemClock, {}, 60_000);
  for (const cache of [{}, { cache: "shared" }, { cache: "perUser" }] as const) {
    const ask = (tenant?: string) =>
      things.call({ ...declared, ...cache }, { request, input: { headers: { "x-Tenant": tenant } } });
    const answers = await Promise.all([ask("a"), ask("b"), ask("a"), ask()]);
    assert.deepEqual(answers, [{ tenant: "a" }, { tenant: "b" }, { tenant: "a" }, { tenant: "none" }]);
  }
  request.deadline.dispose();
});

for (const headers of [
  { "x-other": "a" },
  { "x-tenant": "a\r\nx-admin: 1" },
  { "x-tenant": "" },
  { "x-tenant": "ü" },
]) {
  test(`${JSON.stringify(headers)} is refused and nothing is sent`, async () => {
    await using things = await testUpstream((socket) => socket.write(response(200, "{}")));
    await assert.rejects(things.call(declared, { input: { headers } }), InvalidCallError);
    assert.equal(things.server.connections, 0);
  });
}

test("a refusal's headers are told too", async () => {
  const limit = { "x-ratelimit-reset": "17" };
  await using things = await testUpstream((socket) => socket.write(response(429, "{}", limit)));
  const answerHeaders = new Headers();
  await things.failure({}, { input: { answerHeaders } });
  assert.equal(answerHeaders.get("x-ratelimit-reset"), "17");
});

test("the answer's headers are told where they are asked for, from an empty answer too", async () => {
  const told = {
    link: '<https://a.example/?page=2>; rel="next"',
    "set-cookie": "a=b",
    "cache-control": "max-age=60",
  };
  await using things = await testUpstream((socket, request) =>
    socket.write(
      request.startsWith("POST")
        ? "HTTP/1.1 204 None\r\nlocation: /things/2\r\n\r\n"
        : response(200, "{}", told),
    ),
  );
  const answerHeaders = new Headers();
  // Twice: neither the request's memory nor the cache may take the place of an answer's headers.
  const request = makeRequest(systemClock, {}, 60_000);
  await things.call({ cache: "shared" }, { request });
  await things.call({ cache: "shared" }, { request, input: { answerHeaders } });
  assert.equal(answerHeaders.get("link"), told.link);
  assert.equal(answerHeaders.get("set-cookie"), null);
  const created = new Headers();
  await things.call({ method: "POST", empty: "must" }, { request, input: { answerHeaders: created } });
  assert.equal(created.get("location"), "/things/2");
  request.deadline.dispose();
});
