import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelOrder, createPartnerClient, Home, Order, Product } from "@triptych/partner-bff/client";
import type { RegisteredDocument } from "@triptych/partner-bff/client";
import { FakeServices } from "./testing/fake-services.ts";
import { startPartner } from "./testing/running-partner.ts";
import type { Partner } from "./testing/running-partner.ts";

/**
 * The package that partners install, in front of the app; each request comes with a fresh
 * identity.
 */
function clientOf(partner: Partner, identity?: null) {
  return createPartnerClient({
    baseUrl: "http://partner.test",
    async fetch(asked) {
      const { status, headers, text } = await partner.send({
        path: new URL(asked.url).pathname,
        method: asked.method,
        headers: Object.fromEntries(asked.headers),
        body: await asked.text(),
        ...(identity === null ? { identity } : {}),
      });
      return new Response(text, { status, headers: { "Content-Type": String(headers["content-type"]) } });
    },
  });
}

test("the client package asks for each of its documents by hash, where nothing else is answered", async () => {
  await using services = await FakeServices.start();
  await using partner = await startPartner(services, { env: { TRUSTED_DOCUMENTS_ONLY: "true" } });
  const client = clientOf(partner);
  const home = await client.ask(Home, { orders: 1 });
  assert.equal(home.data?.viewer.orders?.edges[0]?.node.status, "PLACED");
  assert.deepEqual([home.errors, home.degraded], [[], []]);
  assert.equal((await client.ask(Order, { id: "o-1" })).data?.order?.id, "o-1");
  assert.equal((await client.ask(Product, { id: "p-7" })).data?.product?.title, "Product p-7");
  const cancelled = await client.ask(CancelOrder, {
    id: "o-1",
    reason: "OTHER",
    idempotencyKey: "key-12345",
  });
  assert.equal(cancelled.data?.cancelOrder?.status, "CANCELLED");
});

test("the client package tells what is missing, what was wrong and what was refused apart", async () => {
  await using services = await FakeServices.start();
  services.make("recommendations", () => ({ status: 500, body: {} }));
  await using partner = await startPartner(services);
  const { data, errors, degraded } = await clientOf(partner).ask(Home);
  assert.equal(data?.viewer.recommendations, null);
  assert.deepEqual(errors?.[0]?.path, ["viewer", "recommendations"]);
  assert.deepEqual(degraded, [{ section: "viewer.recommendations", reason: "unavailable" }]);

  const wrong = await clientOf(partner).ask(Order, { id: "../1" });
  assert.equal(wrong.data, null);
  assert.equal(wrong.errors?.[0]?.extensions.code, "BAD_USER_INPUT");

  const refused = await clientOf(partner, null).ask(Home);
  assert.equal(refused.error?.type, "/problems/identity-required");

  const older: RegisteredDocument<unknown, { readonly id: string }> = { name: "Gone", hash: "0".repeat(64) };
  const gone = await clientOf(partner).ask(older, { id: "1" });
  assert.deepEqual(gone.errors?.[0]?.extensions.code, "PERSISTED_QUERY_NOT_FOUND");
});

test("the client package makes a problem of whatever else answers", async () => {
  const ask = async (answer: Response) => {
    const client = createPartnerClient({
      baseUrl: "http://partner.test",
      fetch: () => Promise.resolve(answer),
    });
    return (await client.ask(Home)).error;
  };
  const page = { "Content-Type": "text/html", "X-Request-Id": "r-1" };
  assert.deepEqual(
    await ask(new Response("<p>", { status: 502, headers: page, statusText: "Bad Gateway" })),
    {
      type: "about:blank",
      title: "Bad Gateway",
      status: 502,
      detail: "Expected JSON, got 502 text/html",
      instance: "r-1",
    },
  );
  assert.equal((await ask(new Response(null, { status: 503 })))?.status, 503);
  assert.equal((await ask(new Response("<p>", { headers: page })))?.status, 502);
});

test("the client package makes a problem of an error in JSON that is not GraphQL's", async () => {
  const headers = { "Content-Type": "application/json" };
  for (const body of ['{"message":"no"}', "<p>"]) {
    const fetch = () => Promise.resolve(new Response(body, { status: 503, headers }));
    const { error } = await createPartnerClient({ baseUrl: "http://partner.test", fetch }).ask(Home, {
      orders: 1,
    });
    assert.deepEqual([error?.type, error?.status], ["about:blank", 503]);
  }
});
