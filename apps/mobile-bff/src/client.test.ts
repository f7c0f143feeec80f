import assert from "node:assert/strict";
import { test } from "node:test";
import { createMobileClient } from "@triptych/mobile-bff/client";
import { startApp } from "./testing/start-app.ts";
import type { AppUnderTest } from "@triptych/domain-clients/testing";

const JSON_TYPE = { "Content-Type": "application/json" };

/** What the client package takes for `fetch`: its request, as a user whom the gateway knows. */
function fetchFrom({ ask }: AppUnderTest, user: string) {
  return async (asked: Request): Promise<Response> => {
    const { pathname, search } = new URL(asked.url);
    const body = asked.body === null ? {} : { body: await asked.text() };
    const { status, headers, text } = await ask(`${pathname}${search}`, {
      user,
      method: asked.method === "POST" ? "POST" : "GET",
      headers: Object.fromEntries(asked.headers),
      ...body,
    });
    return new Response(text, { status, headers: { "Content-Type": String(headers["content-type"]) } });
  };
}

test("the client package asks for a screen, and its types know the answer", async (t) => {
  const client = createMobileClient({
    baseUrl: "http://mobile.test",
    fetch: fetchFrom(await startApp(t), "ada"),
  });
  const { data } = await client.GET("/mobile/home");
  const name: string | undefined = data?.profile.name;
  assert.equal(name, "Ada");
});

test("the client package makes a problem of whatever else answers", async () => {
  const ask = async (body: string | null, init: ResponseInit) => {
    const fetch = () => Promise.resolve(new Response(body, init));
    return createMobileClient({ baseUrl: "http://mobile.test", fetch }).GET("/mobile/home");
  };
  const html = { "Content-Type": "text/html; charset=utf-8", "X-Request-Id": "r-1" };
  const page = await ask("<h1>Bad gateway</h1>", { status: 502, statusText: "Bad Gateway", headers: html });
  assert.deepEqual(page.error, {
    type: "about:blank",
    title: "Bad Gateway",
    status: 502,
    detail: "Expected JSON, got 502 text/html",
    instance: "r-1",
  });
  const errors = [
    ["empty", await ask(null, { status: 503, headers: { "Content-Length": "0" } }), 503],
    ["JSON of another form", await ask('{"message":"no"}', { status: 500, headers: JSON_TYPE }), 500],
    ["no JSON after all", await ask("<p>", { status: 500, headers: JSON_TYPE }), 500],
    [
      "a success of nothing",
      await ask("", { status: 200, headers: { ...JSON_TYPE, "Content-Length": "0" } }),
      502,
    ],
    ["a success without content", await ask(null, { status: 204, statusText: "No Content" }), 502],
    ["what was not changed", await ask(null, { status: 304 }), 502],
    ["a redirect", await ask(null, { status: 302, headers: { Location: "/auth/login" } }), 502],
    ["JSON that was cut", await ask('{"profile":{"na', { status: 200, headers: JSON_TYPE }), 502],
    ["a success in HTML", await ask("<p>", { status: 200, headers: html }), 502],
  ] as const;
  for (const [what, { data, error }, status] of errors) {
    assert.equal(data, undefined, what);
    assert.match(error?.title ?? "", /^HTTP \d{3}$/, what);
    assert.deepEqual([error?.type, error?.status], ["about:blank", status], what);
  }
});

// sample:begin
test("an app gets the shapes of its version through the client package, and through its types", async (t) => {
  const fetch = fetchFrom(await startApp(t), "hanako");
  const baseUrl = "http://mobile.test";
  const now = await createMobileClient({ baseUrl, fetch }).GET("/mobile/products/{productId}", {
    params: { path: { productId: "knife" } },
  });
  const price: string | undefined = now.data?.product.price;
  assert.equal(price, "￥1,200");
  const old = await createMobileClient({ baseUrl, fetch, appVersion: "2.4.0" }).GET(
    "/mobile/products/{productId}",
    { params: { path: { productId: "knife" } } },
  );
  const minorUnits: number | undefined = old.data?.product.price;
  assert.equal(minorUnits, 1200);
});

test("the client package cancels an order, and is told why where it cannot", async (t) => {
  const mobile = createMobileClient({
    baseUrl: "http://mobile.test",
    fetch: fetchFrom(await startApp(t), "ada"),
  });
  const cancel = async (orderId: string) =>
    mobile.POST("/mobile/orders/{orderId}/cancel", {
      params: { path: { orderId }, header: { "Idempotency-Key": `key-of-${orderId}` } },
      body: { reason: "changed_mind" },
    });
  assert.equal((await cancel("ord_placed")).data?.order.status, "cancelled");
  const { error } = await cancel("ord_shipped");
  assert.equal(error?.type, "/problems/conflict");
});

test("an app that is too old is told so through the client package", async (t) => {
  const fetch = fetchFrom(await startApp(t), "ada");
  const { error } = await createMobileClient({
    baseUrl: "http://mobile.test",
    fetch,
    appVersion: "1.9.9",
  }).GET("/mobile/home");
  assert.equal(error?.type, "/problems/upgrade-required");
});
// sample:end
