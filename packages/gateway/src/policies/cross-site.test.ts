import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PUBLIC_ORIGIN, runGateway } from "../testing/gateway-under-test.ts";

const CANCEL = "/web/orders/1/cancel";
const JSON_POST = {
  "Content-Type": "application/json",
  "Idempotency-Key": "key-1234",
};
const BODY = '{"reason":"other"}';

const cases: [name: string, headers: Record<string, string | string[]>, status: number][] = [
  ["from a page of ours", { "Sec-Fetch-Site": "same-origin", Origin: PUBLIC_ORIGIN }, 200],
  ["from a page of ours in a browser without fetch metadata", { Origin: PUBLIC_ORIGIN }, 200],
  ["from a page of ours that sends no Origin", { "Sec-Fetch-Site": "same-origin" }, 200],
  ["that says nothing of where it comes from", {}, 403],
  ["from another site", { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" }, 403],
  ["from a sister domain", { "Sec-Fetch-Site": "same-site", Origin: "https://blog.shop.example" }, 403],
  ["from another site in an old browser", { Origin: "https://evil.example" }, 403],
  ["from a sandboxed frame", { Origin: "null" }, 403],
  ["typed into the address bar", { "Sec-Fetch-Site": "none" }, 403],
  ["from our host over http", { Origin: "http://shop.example" }, 403],
  ["from our host on another port", { Origin: `${PUBLIC_ORIGIN}:8443` }, 403],
  ["from a host that begins like ours", { Origin: `${PUBLIC_ORIGIN}.evil.example` }, 403],
  ["whose two stories differ", { "Sec-Fetch-Site": "same-origin", Origin: "https://evil.example" }, 403],
  ["with two Origins", { Origin: [PUBLIC_ORIGIN, PUBLIC_ORIGIN] }, 403],
];

describe("with a session, a POST", () => {
  for (const [name, headers, status] of cases) {
    it(`${name} is answered ${status}`, async () => {
      await using gateway = await runGateway();
      const answer = await gateway.send(CANCEL, {
        method: "POST",
        headers: { ...JSON_POST, ...(await gateway.session()), ...headers },
        body: BODY,
      });
      assert.equal(answer.status, status);
      assert.equal(gateway.target.requests.length, status === 200 ? 1 : 0);
      if (status === 403) assert.equal(answer.headers["server-timing"], 'gateway;desc="csrf"');
    });
  }

  it("is let through with a bearer token from anywhere: no browser adds one by itself", async () => {
    await using gateway = await runGateway();
    const headers = { ...JSON_POST, ...(await gateway.bearer()), Origin: "https://partner.example" };
    assert.equal((await gateway.send(CANCEL, { method: "POST", headers, body: BODY })).status, 200);
  });

  it("is not what a link from another site is: a GET", async () => {
    await using gateway = await runGateway();
    const headers = { ...(await gateway.session()), "Sec-Fetch-Site": "cross-site" };
    assert.equal((await gateway.send("/web/home-page", { headers })).status, 200);
  });
});
