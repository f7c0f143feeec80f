import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { describe, it } from "node:test";
import { createVerifier, singleHeader } from "@triptych/identity";
import { request } from "undici";
import { checkTable } from "./table/check-table.ts";
import { IDENTITY_KEYS, PUBLIC_ORIGIN, runGateway } from "./testing/gateway-under-test.ts";
import type { GatewayUnderTest } from "./testing/gateway-under-test.ts";
import { sampleTable } from "./testing/sample-table.ts";

const table = sampleTable({ callers: ["session", "bearer", "anonymous"] });

/** Who the BFF was told that asks: a user's id, or nobody. */
function told({ target, clock }: GatewayUnderTest): string | undefined {
  const key = IDENTITY_KEYS["web-bff"];
  assert.ok(key);
  const { rawHeaders } = target.requests.at(-1) ?? { rawHeaders: [] };
  const verified = createVerifier({ keys: [key], audience: "web-bff", clock }).verify(
    singleHeader(rawHeaders, "x-identity"),
  );
  assert.ok(verified.ok, "the BFF gets an identity in any case");
  return verified.identity.userId;
}

describe("a route that admits visitors", () => {
  it("tells the BFF that nobody is logged in, and nothing else of who asks", async () => {
    await using gateway = await runGateway({ table });
    const forged = { "X-Identity": "a.b.c", "Txn-Token": "a.b.c", "X-User-Id": "7", "X-Cohort": "1" };
    const { status } = await gateway.send("/web/home-page", { headers: forged });
    assert.equal(status, 200);
    assert.equal(told(gateway), undefined);
    const { headers } = gateway.target.only;
    for (const name of ["txn-token", "x-user-id", "x-cohort"]) assert.equal(headers[name], undefined, name);
  });

  it("still knows who shows a credential, and refuses one that is wrong", async () => {
    await using gateway = await runGateway({ table });
    await gateway.send("/web/home-page", { headers: await gateway.session({ user: { userId: "9" } }) });
    assert.equal(told(gateway), "9");
    await gateway.send("/web/home-page", { headers: await gateway.bearer() });
    assert.equal(told(gateway), "42");
    for (const headers of [{ Authorization: "Bearer a.b.c" }, { "X-API-Key": "tk_acme_wrong" }]) {
      assert.equal((await gateway.send("/web/home-page", { headers })).status, 401);
    }
    assert.equal(gateway.target.requests.length, 2);
  });

  it("takes a session that has ended for a visitor's, and no page leads to the login", async () => {
    const page = { Accept: "text/html", "Sec-Fetch-Mode": "navigate" };
    await using gateway = await runGateway({ table });
    const cookie = await gateway.session({ user: { userId: "9" } });
    gateway.clock.advance(13 * 3_600_000);
    for (const headers of [{ ...page, ...cookie }, { ...page, Cookie: "__Host-session=garbage" }, page]) {
      const { status } = await gateway.send("/web/home-page", { headers });
      assert.equal(status, 200);
      assert.equal(told(gateway), undefined);
    }
  });

  it("leads a page that needs a user to the login and back, whichever way the BFF is reached", async () => {
    const page = { Accept: "text/html", "Sec-Fetch-Mode": "navigate" };
    const answer: RequestListener = (_req, res) => {
      res.writeHead(401, { "Content-Type": "application/problem+json" }).end("{}");
    };
    await using far = await runGateway({ table });
    far.target.answer = answer;
    await using near = await runGateway({
      table,
      targets: new Map([["web-bff", { kind: "app", app: answer }]]),
    });
    for (const gateway of [far, near]) {
      const { status, headers } = await gateway.send("/web/home-page", { headers: page });
      assert.equal(status, 303);
      assert.equal(headers["location"], "/auth/login?return_to=%2Fweb%2Fhome-page");
      const script = await gateway.send("/web/home-page", { headers: { Accept: "application/json" } });
      assert.equal(script.status, 401);
      const user = { ...page, ...(await gateway.session()) };
      assert.equal(
        (await gateway.send("/web/home-page", { headers: user })).status,
        401,
        "a user has logged in",
      );
    }
  });

  it("takes a revoked session for a visitor's, and refuses a revoked token", async () => {
    await using gateway = await runGateway({ table });
    const [session, bearer] = [
      await gateway.session({ user: { userId: "9" } }),
      await gateway.bearer({ sub: "9" }),
    ];
    const revoked = await request(`http://127.0.0.1:${gateway.adminPort}/revocations`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: '{"kind":"user","id":"9"}',
    });
    assert.equal(revoked.statusCode, 204);
    assert.equal((await gateway.send("/web/home-page", { headers: session })).status, 200);
    assert.equal(told(gateway), undefined);
    assert.equal((await gateway.send("/web/home-page", { headers: bearer })).status, 401);
  });

  it("lets visitors read only", async () => {
    await using gateway = await runGateway({ table });
    const options = {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "Idempotency-Key": "key-1234",
        Origin: PUBLIC_ORIGIN,
        Cookie: "__Host-session=garbage",
      },
      body: '{"reason":"other"}',
    };
    assert.equal((await gateway.send("/web/orders/1/cancel", options)).status, 401);
    const { Cookie: _, ...headers } = options.headers;
    assert.equal((await gateway.send("/web/orders/1/cancel", { ...options, headers })).status, 401);
    assert.equal(gateway.target.requests.length, 0);
  });

  it("counts visitors as consumers of their own, and limits them by address", async () => {
    const limits = [
      { per: "address", requests: 2, seconds: 60 },
      { per: "user", requests: 1, seconds: 60 },
    ] as const;
    await using gateway = await runGateway({
      table: sampleTable({ callers: ["session", "anonymous"], limits }),
    });
    const statuses: number[] = [];
    for (let times = 0; times < 3; times += 1) statuses.push((await gateway.send("/web/home-page")).status);
    assert.deepEqual(statuses, [200, 200, 429]);
    assert.match(await gateway.metrics.registry.metrics(), /consumer="anonymous"/);
  });
});

describe("a route that does not admit them", () => {
  it("refuses a visitor, as before", async () => {
    await using gateway = await runGateway();
    assert.equal((await gateway.send("/web/home-page")).status, 401);
    assert.equal(gateway.target.requests.length, 0);
  });
});

it("a table whose service would be told of visitors is refused", () => {
  const { routes, ...rest } = sampleTable();
  const wrong = routes.map((route) => Object.assign({}, route, { callers: ["anonymous"] }));
  assert.throws(
    () => checkTable({ ...rest, routes: wrong }),
    /"api-recommendations": only a BFF is told of a visitor/,
  );
});
