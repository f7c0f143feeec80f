import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { describeInBrowser, visit } from "./testing/browser.ts";
import { sharedChromium } from "./testing/shared-browser.ts";
import { freshSystem } from "./testing/shared-system.ts";
import type { System } from "./testing/system.ts";

/** One order per test, so that they do not affect each other. */
const CANCELLABLE = `
  SELECT user_id || '/' || min(id) FROM orders.orders WHERE status IN ('paid', 'placed') GROUP BY user_id ORDER BY user_id`;
const STORED = "SELECT status || ' ' || coalesce(cancel_reason, '') FROM orders.orders WHERE id = :order";
const CANCELLATIONS =
  "SELECT idempotency_key FROM orders.cancellations WHERE order_id = :order AND answer_status = 200";

/** The parts of an order's page. */
const QUESTION = ".cancel > summary";
const CONFIRM = '.cancel button[type="submit"]';
const CANCELLED = ".status.cancelled";

describeInBrowser("cancelling an order from its page", process.env, (chromium) => {
  let system: System;
  let browser: Browser;
  let nextOrder: () => { readonly user: string; readonly order: string; readonly path: string };
  before(async () => {
    system = await freshSystem();
    browser = await sharedChromium(chromium);
    const owned = system.databases.texts(CANCELLABLE).values();
    nextOrder = () => {
      const [user = "", order = ""] = owned.next().value?.split("/") ?? [];
      assert.notEqual(order, "");
      return { user, order, path: `/web/orders/${order}` };
    };
  });

  const stored = (order: string): readonly string[] => system.databases.texts(STORED, { order });
  const keysOf = (order: string): readonly string[] => system.databases.texts(CANCELLATIONS, { order });
  const postsTo = async (order: string) =>
    (await system.services.orders.calls()).filter(
      ({ method, path }) => method === "POST" && path.includes(order),
    );

  for (const javaScript of [true, false]) {
    describe(`with JavaScript ${javaScript ? "on" : "off"}`, () => {
      /** Without a script, a page leads to itself in the document's order: nothing may come between. */
      const settled = async (page: Page): Promise<void> => {
        if (!javaScript) await page.waitForURL(/[?&]streaming=off/);
      };

      it("submits the form and comes back to a page that confirms it", async () => {
        const { user, order, path } = nextOrder();
        await using visitor = await visit(browser, system, { user, javaScript });
        const { page } = visitor;
        await visitor.go(path);
        await settled(page);
        const confirm = page.locator(CONFIRM);
        assert.equal(await confirm.isVisible(), false, "it asks first");
        await page.locator(QUESTION).click();
        await page.locator('select[name="reason"]').selectOption("too_slow");
        const posted = page.waitForResponse((response) => response.request().method() === "POST");
        await confirm.click();
        assert.equal((await posted).status(), 303, "a reload does not send the form again");
        await page.locator('[role="status"][data-notice="cancelled"]').waitFor();
        assert.equal(new URL(page.url()).pathname, path);
        assert.equal(await page.locator("main form").count(), 0);
        assert.deepEqual(stored(order), ["cancelled too_slow"]);
        assert.equal(keysOf(order).length, 1);
        await settled(page);
        await page.reload();
        assert.equal((await postsTo(order)).length, 1);
        assert.deepEqual(visitor.complaints, []);
      });

      it("cancels once after a double click", async () => {
        const { user, order, path } = nextOrder();
        await using visitor = await visit(browser, system, { user, javaScript });
        const { page } = visitor;
        await visitor.go(path);
        await settled(page);
        // The first answer is on its way when the second click comes.
        await system.services.orders.misbehave({ delay: { ms: 200 }, paths: [`/orders/${order}/cancel`] });
        await page.locator(QUESTION).click();
        await page.locator(CONFIRM).dblclick();
        await page.locator(CANCELLED).waitFor();
        await system.services.orders.behave();
        assert.equal(new URL(page.url()).pathname, path);
        const keys = new Set((await postsTo(order)).map(({ headers }) => headers["idempotency-key"]));
        assert.equal(keys.size, 1, "both are the same form");
        assert.deepEqual(stored(order), ["cancelled changed_mind"]);
        assert.deepEqual(keysOf(order), [...keys]);
      });
    });
  }

  it("is refused with another user's token, and does not cancel the order", async () => {
    const { user, order, path } = nextOrder();
    const other = nextOrder();
    await using visitor = await visit(browser, system, { user });
    await using stranger = await visit(browser, system, { user: other.user });
    await stranger.go(other.path);
    const token = await stranger.page.locator('input[name="token"]').inputValue();
    const { page } = visitor;
    await visitor.go(path);
    const before = stored(order);
    const field = page.locator('input[name="token"]');
    assert.notEqual(await field.inputValue(), token);
    await field.evaluate((input, value) => input.setAttribute("value", value), token);
    assert.equal(await refusal(page), 403);
    assert.deepEqual(stored(order), before);
    assert.deepEqual(await postsTo(order), []);
    assert.deepEqual(keysOf(order), []);
  });

  it("is refused as too late, from a second tab after the order was cancelled", async () => {
    const { user, order, path } = nextOrder();
    await using first = await visit(browser, system, { user });
    await using second = await visit(browser, system, { user });
    await second.go(path);
    await first.go(path);
    await first.page.locator(QUESTION).click();
    await first.page.locator(CONFIRM).click();
    await first.page.locator(CANCELLED).waitFor();
    assert.equal(await refusal(second.page), 409);
    assert.equal(keysOf(order).length, 1);
  });
});

/** Sends the form, and returns the status of the page that says why not and leads to the orders. */
async function refusal(page: Page): Promise<number> {
  const posted = page.waitForResponse((response) => response.request().method() === "POST");
  await page.locator(QUESTION).click();
  await page.locator(CONFIRM).click();
  const failure = page.locator("main .failure");
  await failure.getByRole("heading").waitFor();
  assert.equal(await failure.getByRole("link").getAttribute("href"), "/web/orders");
  return (await posted).status();
}
