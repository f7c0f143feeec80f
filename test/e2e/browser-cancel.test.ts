import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { describeInBrowser, launchChromium, visit } from "./testing/browser.ts";
import { freshSystem } from "./testing/shared-system.ts";
import type { System } from "./testing/system.ts";

/** One order per test, so that they do not affect each other. */
const CANCELLABLE = `
  SELECT user_id || '/' || min(id) FROM orders.orders WHERE status IN ('paid', 'placed') GROUP BY user_id ORDER BY user_id`;
const STORED = "SELECT status || ' ' || coalesce(cancel_reason, '') FROM orders.orders WHERE id = :order";
const CANCELLATIONS =
  "SELECT idempotency_key FROM orders.cancellations WHERE order_id = :order AND answer_status = 200";

describeInBrowser("cancelling an order from its page", process.env, (chromium) => {
  let system: System;
  let browser: Browser;
  let nextOrder: () => { readonly user: string; readonly order: string; readonly path: string };
  before(async () => {
    system = await freshSystem();
    browser = await launchChromium(chromium);
    const owned = system.databases.texts(CANCELLABLE).values();
    nextOrder = () => {
      const [user = "", order = ""] = owned.next().value?.split("/") ?? [];
      assert.notEqual(order, "");
      return { user, order, path: `/web/orders/${order}` };
    };
  });
  after(async () => {
    await browser.close();
  });

  const stored = (order: string): readonly string[] => system.databases.texts(STORED, { order });
  const keysOf = (order: string): readonly string[] => system.databases.texts(CANCELLATIONS, { order });
  const postsTo = async (order: string) =>
    (await system.services.orders.calls()).filter(
      ({ method, path }) => method === "POST" && path.includes(order),
    );

  for (const javaScript of [true, false]) {
    describe(`with JavaScript ${javaScript ? "on" : "off"}`, () => {
      it("submits the form and comes back to a page that confirms it", async () => {
        const { user, order, path } = nextOrder();
        await using visitor = await visit(browser, system, { user, javaScript });
        const { page } = visitor;
        await visitor.go(path);
        const confirm = page.getByRole("button", { name: "Yes, cancel the order" });
        assert.equal(await confirm.isVisible(), false, "it asks first");
        await page.getByText("Cancel this order").click();
        await page.getByLabel("Why do you cancel?").selectOption({ label: "It takes too long" });
        const posted = page.waitForResponse((response) => response.request().method() === "POST");
        await confirm.click();
        assert.equal((await posted).status(), 303, "a reload does not send the form again");
        await page.getByText("This order is cancelled. Nothing will be sent.").waitFor();
        assert.equal(new URL(page.url()).pathname, path);
        assert.equal(await page.locator("main form").count(), 0);
        assert.deepEqual(stored(order), ["cancelled too_slow"]);
        assert.equal(keysOf(order).length, 1);
        await page.reload();
        assert.equal((await postsTo(order)).length, 1);
        assert.deepEqual(visitor.complaints, []);
      });

      it("cancels once after a double click", async () => {
        const { user, order, path } = nextOrder();
        await using visitor = await visit(browser, system, { user, javaScript });
        const { page } = visitor;
        await visitor.go(path);
        // The first answer is on its way when the second click comes.
        await system.services.orders.misbehave({ delay: { ms: 200 }, paths: [`/orders/${order}/cancel`] });
        await page.getByText("Cancel this order").click();
        await page.getByRole("button", { name: "Yes, cancel the order" }).dblclick();
        await page.getByText("Cancelled", { exact: true }).waitFor();
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
    await page.getByText("Cancel this order").click();
    await page.getByRole("button", { name: "Yes, cancel the order" }).click();
    await page.getByRole("heading", { name: "Please try that once more" }).waitFor();
    assert.match(
      await page.locator("main").innerText(),
      /belongs to another account\. Nothing was changed\./,
    );
    assert.equal(
      await page.getByRole("link", { name: "See your orders" }).getAttribute("href"),
      "/web/orders",
    );
    assert.deepEqual(stored(order), before);
    assert.deepEqual(await postsTo(order), []);
    assert.deepEqual(keysOf(order), []);
  });

  it("says that it is too late, from a second tab after the order was cancelled", async () => {
    const { user, order, path } = nextOrder();
    await using first = await visit(browser, system, { user });
    await using second = await visit(browser, system, { user });
    await second.go(path);
    await first.go(path);
    await first.page.getByText("Cancel this order").click();
    await first.page.getByRole("button", { name: "Yes, cancel the order" }).click();
    await first.page.getByText("Cancelled", { exact: true }).waitFor();
    await second.page.getByText("Cancel this order").click();
    await second.page.getByRole("button", { name: "Yes, cancel the order" }).click();
    await second.page.getByRole("heading", { name: "It is too late for that" }).waitFor();
    assert.match(await second.page.locator("main").innerText(), /cancelled, in the meantime/);
    assert.equal(keysOf(order).length, 1);
  });
});
