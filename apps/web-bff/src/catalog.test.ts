import assert from "node:assert/strict";
import { test } from "node:test";
import { fails, withHeaders } from "@triptych/domain-clients/testing";
import type { AppUnderTest } from "@triptych/domain-clients/testing";
import { startApp } from "./testing/start-app.ts";

/** Each user's order is their own. */
const ORDERS = { ada: "ord_shipped", hanako: "ord_yen" } as const;

/** The catalog's answers as its contract says; the service's clock is the app's. */
function mayBeKept({ services, clock }: AppUnderTest): void {
  services.catalog.behave(
    withHeaders({
      "cache-control": "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400",
      date: new Date(clock.wallNow()).toUTCString(),
    }),
  );
}

async function pagesOf({ ask }: AppUnderTest, user: keyof typeof ORDERS): Promise<string[]> {
  const pages: string[] = [];
  for (const path of ["products/knife", "home-page", `orders/${ORDERS[user]}`]) {
    const { status, text } = await ask(`/web/${path}`, { user });
    assert.equal(status, 200);
    pages.push(text);
  }
  return pages;
}

const product = async ({ ask }: AppUnderTest) => JSON.parse((await ask("/web/products/knife")).text);

test("two users on one warm cache get what each gets from a cold one", async (t) => {
  const warm = await startApp(t);
  mayBeKept(warm);
  const [ada, hanako] = [await pagesOf(warm, "ada"), await pagesOf(warm, "hanako")];
  const asked = warm.services.catalog.received.length;
  assert.deepEqual([await pagesOf(warm, "ada"), await pagesOf(warm, "hanako")], [ada, hanako]);
  assert.equal(warm.services.catalog.received.length, asked, "the catalog is not asked again");

  const cold = await startApp(t);
  mayBeKept(cold);
  assert.deepEqual(await pagesOf(cold, "hanako"), hanako);
  assert.notDeepEqual(ada, hanako);
});

test("the catalog says for how long: then old products come at once, and new ones after them", async (t) => {
  const app = await startApp(t);
  const { services, clock } = app;
  mayBeKept(app);
  const isKnife = () => services.catalog.received.filter(({ path }) => path === "/products/knife").length;
  await product(app);
  clock.advance(59_000);
  await product(app);
  assert.equal(isKnife(), 1);
  clock.advance(2_000);
  assert.deepEqual((await product(app)).degraded, []);
  while (isKnife() < 2) await new Promise(setImmediate);
});

test("while the catalog fails, its old products are shown, and the answer says how old they are", async (t) => {
  const app = await startApp(t);
  const { services, clock } = app;
  mayBeKept(app);
  const before = await product(app);
  services.catalog.behave(fails(500));
  clock.advance(3_600_000);
  const after = await product(app);
  assert.deepEqual(after.product, before.product);
  assert.deepEqual(after.degraded, [
    { section: "product", reason: "unavailable", ageSeconds: 3_600 },
    { section: "alsoBought", reason: "unavailable", ageSeconds: 3_600 },
  ]);
  clock.advance(86_400_000);
  assert.equal((await app.ask("/web/products/knife")).status, 503);
});

test("what the catalog says nothing of, or forbids, is not kept", async (t) => {
  for (const headers of [{}, { "cache-control": "no-store" }, { "cache-control": "private, max-age=60" }]) {
    const app = await startApp(t);
    app.services.catalog.behave(withHeaders(headers));
    await product(app);
    const once = app.services.catalog.received.length;
    await product(app);
    assert.equal(app.services.catalog.received.length, 2 * once);
  }
});

test("reads that are slower than most are hedged", async (t) => {
  const app = await startApp(t);
  // In the app's time a call takes no time, so each one that takes a turn of the event loop is
  // slow.
  for (let page = 0; page < 60; page += 1) await product(app);
  const [calls, hedges] = [120, app.services.catalog.received.length - 120];
  assert.ok(hedges > 0 && hedges <= calls * 0.05, `${hedges} of ${calls}`);
});
