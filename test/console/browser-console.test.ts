import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { ROOT } from "@triptych/cli/stack";
import { describeInBrowser } from "../e2e/testing/browser.ts";
import { sharedChromium } from "../e2e/testing/shared-browser.ts";
import type { ServiceName } from "../e2e/testing/running-stack.ts";
import { startWatchedSystem } from "./testing/watched-system.ts";
import type { SeenRequest, WatchedSystem } from "./testing/watched-system.ts";

/** With this set, the picture of the README is made again. */
const { SCREENSHOTS } = process.env;

describeInBrowser("the console", process.env, (chromium) => {
  let system: WatchedSystem;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  before(async () => {
    system = await startWatchedSystem();
    browser = await sharedChromium(chromium);
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    for (const user of ["1", "2", "3"]) await system.visit(user);
  });
  after(async () => {
    await page?.close();
    await system?.[Symbol.asyncDispose]();
  });

  /** Visits the home page while a service misbehaves; returns what JSON and page tell of it. */
  async function seen(service: ServiceName, switches: object, user: string) {
    const { running } = system;
    await running.services[service].misbehave(switches);
    const request = await system.visit(user);
    await running.services[service].behave();
    await page.goto(`${system.origin}/#requests/${request.id}`);
    await page.locator(`.facts :text("${request.id}")`).waitFor();
    const verdict = (await page.locator(".verdict").textContent()) ?? "";
    return { request, verdict };
  }

  /** A newcomer's three questions: which section, which service, whose is it? */
  function answers(verdict: string, section: string, service: string): void {
    for (const word of [section, `${service}.`, `${service}-team`]) {
      assert.ok(verdict.includes(word), `"${verdict}" should name ${word}`);
    }
  }

  const culprit = ({ calls }: SeenRequest) =>
    calls.filter(({ critical }) => critical).reduce((a, b) => (b.durationMs > a.durationMs ? b : a));

  it("shows requests as they come, the newest first, and why one took its time", async () => {
    await page.goto(system.origin);
    await page.getByRole("heading", { level: 1, name: "home-page" }).waitFor();
    const first = page.locator(".list .entry").first();
    await system.visit("42");
    await page.locator('.entry:has-text("user 42")').waitFor();
    assert.match((await first.textContent()) ?? "", /home-page.*user 42.*complete/s);
    const rows = await page.locator(".waterfall tbody tr").allTextContents();
    assert.match(rows.join("\n"), /web-bff.*\n[^]*profile[^]*users\.getMe\s*users-team[^]*recommendations/);
    assert.ok((await page.locator(".waterfall tr.critical").count()) > 0);
  });

  it("names section, service and team of a slow service", async () => {
    const { request, verdict } = await seen("orders", { delay: { ms: 500 } }, "1");
    assert.equal(request.outcome, "complete");
    const { section, upstream, owner } = culprit(request);
    assert.deepEqual([section, upstream, owner], ["recentOrders", "orders", "orders-team"]);
    answers(verdict, "recentOrders", "orders");
  });

  it("names section, service and team of a hanging service", async () => {
    const { request, verdict } = await seen("recommendations", { hang: { ratio: 1 } }, "2");
    assert.equal(request.outcome, "degraded");
    assert.partialDeepStrictEqual(
      request.sections.find(({ name }) => name === "recommendations"),
      { outcome: "fallback", reason: "timeout" },
    );
    answers(verdict, "recommendations", "recommendations");
    assert.match(verdict, /did not answer in time/);
    if (SCREENSHOTS !== undefined) await picture();
  });

  it("names section, service and team of a broken field", async () => {
    const { request, verdict } = await seen("users", { break: "wrong-type" }, "3");
    assert.equal(request.outcome, "failed");
    answers(verdict, "profile", "users");
    assert.match(verdict, /breaks its contract/);
  });

  it("names section, service and team of a storm of retries", async () => {
    const { request, verdict } = await seen("recommendations", { fail: { status: 503 } }, "5");
    assert.deepEqual(
      request.calls.filter(({ upstream }) => upstream === "recommendations").map(({ kind }) => kind),
      ["first", "retry"],
    );
    answers(verdict, "recommendations", "recommendations");
    assert.match((await page.locator(".waterfall").first().textContent()) ?? "", /retry 1.*unavailable 503/s);
  });

  it("names section, service and team where nothing is cached", async () => {
    const { catalog } = system.running.services;
    await catalog.misbehave({ cacheControl: "no-store" });
    await system.running.stack.restart("web-bff");
    // Five answers are enough for the advisor.
    for (let user = 100; user < 110; user += 1) await system.visit(String(user));
    await catalog.behave();
    await page.goto(`${system.origin}/#screens/web-bff.home-page`);
    const sentence = page.locator('.advice li:has-text("(no-store)")');
    await sentence.waitFor();
    answers((await sentence.textContent()) ?? "", "recommendations", "catalog");
    // The list says so, too, and each of these requests.
    await page.goto(`${system.origin}/#requests`);
    await page.locator('.entry:has-text("not cacheable")').first().click();
    await page
      .locator('.verdict:has-text("may not keep what catalog.listProducts (catalog-team)")')
      .waitFor();
  });

  it("shows a screen's budget, its sections, and what it does not read", async () => {
    await page.goto(`${system.origin}/#screens/web-bff.home-page`);
    await page.locator(".unread").first().waitFor();
    const text = (await page.locator(".screen").textContent()) ?? "";
    assert.match(text, /of 800 ms.*of 4.*of 23\.4 KiB/s);
    const unread: unknown = await system.read("/fields.json");
    assert.ok(JSON.stringify(unread).includes('"pointer":"/addresses"'));
    assert.match(
      (await page.locator(".unread", { hasText: "users.getMe" }).textContent()) ?? "",
      /\/addresses/,
    );
  });

  it("switches a service from its page", async () => {
    await page.goto(`${system.origin}/#services`);
    const orders = page.getByRole("region", { name: "orders" });
    await orders.getByRole("button", { name: "hanging" }).click();
    await orders.locator('button[aria-pressed="true"]:has-text("hanging")').waitFor();
    await orders.getByRole("button", { name: "normal" }).click();
    await orders.locator('button[aria-pressed="true"]:has-text("normal")').waitFor();
  });

  it("offers the contract as a sample user, by name", async () => {
    await page.goto(`${system.origin}/#open-as`);
    await page.getByRole("button", { name: /Ophélie Marchal.*has not ordered/s }).click();
    const link = page.getByRole("link", { name: /web-bff: contract/ });
    assert.match((await link.getAttribute("href")) ?? "", /\/web\/docs\?user=8$/);
  });

  it("adds a bar to a page of the store, with its waterfall", async () => {
    const store = await browser.newPage();
    await store.route("**/web/home-page", (route) =>
      route.continue({
        headers: {
          ...route.request().headers(),
          "x-identity": system.running.stack.identity("1", "web-bff"),
        },
      }),
    );
    await store.goto(`${system.running.stack.url("web-bff")}/web/home-page`);
    const pill = store.locator("#triptych-bar .pill");
    await pill.click();
    assert.match((await pill.textContent()) ?? "", /^home-page \d/);
    assert.match(
      (await store.locator("#triptych-bar .panel").textContent()) ?? "",
      /users\.getMe · users-team/,
    );
    await store.close();
  });

  it("draws a hundred rows, which do not move under the pointer", async () => {
    await page.goto(`${system.origin}/#requests`);
    await page.mouse.move(0, 0);
    await system.report(...Array.from({ length: 101 }, (_, number) => `clinic-${200 + number}`));
    await page.locator('.entry:has-text("clinic-300")').waitFor();
    assert.equal(await page.locator(".list .entry").count(), 100);
    await page.locator(".list .entry").first().hover();
    await system.report("clinic-301");
    await page.locator('.count:has-text("held under the pointer")').waitFor();
    assert.equal(await page.locator('.entry:has-text("clinic-301")').count(), 0);
    await page.mouse.move(0, 0);
    await page.locator('.entry:has-text("clinic-301")').waitFor();
  });

  it("shows screens also while requests come faster than it is answered", async () => {
    const waiting: (() => void)[] = [];
    await page.route("**/screens.json", async (route) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      await route.continue();
    });
    await Promise.all([
      page.waitForRequest("**/screens.json"),
      page.waitForResponse("**/fields.json"),
      page.goto(`${system.origin}/#screens`),
    ]);
    // The fields are asked for at each change: now the page knows of one more.
    await Promise.all([page.waitForRequest("**/fields.json"), system.report("clinic-302")]);
    waiting.shift()?.();
    await page.locator(".screen").waitFor();
    for (const goOn of waiting) goOn();
    await page.unrouteAll({ behavior: "ignoreErrors" });
  });

  it("works by keyboard, and complains of nothing", async () => {
    await page.goto(`${system.origin}/#requests`);
    await page.locator(".entry[aria-current]").waitFor();
    const before = await page.locator(".facts").textContent();
    await page.keyboard.press("j");
    await page.waitForFunction((text) => document.querySelector(".facts")?.textContent !== text, before);
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "user");
    assert.deepEqual(complaints, []);
  });

  it("names its filters, and leaves out no level of headings", async () => {
    await page.goto(`${system.origin}/#requests`);
    for (const name of ["every app", "every screen", "every outcome"])
      assert.equal(await page.getByRole("combobox", { name, exact: true }).count(), 1, name);
    for (const view of ["services", "open-as"]) {
      await page.goto(`${system.origin}/#${view}`);
      await page.locator(".program").first().waitFor();
      assert.ok((await page.locator("h2").count()) > 0);
      assert.equal(await page.locator("h3").count(), 0, "below h1 comes h2");
    }
  });

  async function picture(): Promise<void> {
    const folder = join(ROOT, "docs", "images");
    mkdirSync(folder, { recursive: true });
    // Below is nothing.
    const clip = { x: 0, y: 0, width: 1440, height: 776 };
    await page.screenshot({ path: join(folder, "console.png"), clip });
  }
});
