import assert from "node:assert/strict";
import { afterEach, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { DELAYS } from "../latency/site.ts";
import { describeInBrowser, visit } from "./testing/browser.ts";
import { sharedChromium } from "./testing/shared-browser.ts";
import { PAGES, PROBLEM, SEEN, VISITOR, pathOf } from "./testing/pages.ts";
import type { PageName } from "./testing/pages.ts";
import { unlessLate } from "./testing/patience.ts";
import { SERVICES } from "./testing/running-stack.ts";
import type { ServiceName } from "./testing/running-stack.ts";
import { freshSystem } from "./testing/shared-system.ts";
import type { System } from "./testing/system.ts";

/** The sum of all shifts of a page, without units; a "good" page has at most 0.1 (web.dev/cls). */
const MOST = 0.05;

/** CSS pixels. */
const SCREENS = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;

/** Draws of the delays that docs/latency.md measures with. */
const SEEDS = [1, 2];

/**
 * One section 600 ms late, on each page: the service that only it waits for, or all of it. Later
 * than recommendations may be, so that they are given up.
 */
const LATE_MS = 600;
const LATE: Readonly<Record<PageName, readonly ServiceName[]>> = {
  home: ["users", "orders", "recommendations"],
  orders: ["orders"],
  order: ["orders", "catalog"],
  product: ["catalog", "recommendations"],
};

describeInBrowser("what moves on a page while it comes", process.env, (chromium) => {
  let system: System;
  let browser: Browser;
  before(async () => {
    system = await freshSystem();
    browser = await sharedChromium(chromium);
  });
  afterEach(() => system.behave());

  /** How far the contents of a page moved until it was there; undefined where a part was late. */
  async function shiftsOf(
    name: PageName,
    screen: keyof typeof SCREENS,
    expected: RegExp,
  ): Promise<number | undefined> {
    await using visitor = await visit(browser, system, { user: VISITOR });
    const { page } = visitor;
    await page.setViewportSize(SCREENS[screen]);
    await page.addInitScript(OBSERVE);
    await visitor.go(pathOf(system, name));
    if (!expected.test(await page.locator("main").innerHTML())) return undefined;
    return await seen(page);
  }

  for (const screen of ["desktop", "phone"] as const) {
    for (const name of PAGES) {
      describe(`${name} on a ${screen}`, () => {
        for (const seed of SEEDS) {
          it(`is still, with services as slow as usual (${seed})`, async () => {
            await Promise.all(
              SERVICES.map((service, index) =>
                system.services[service].misbehave({
                  delay: DELAYS[service],
                  seed: seed * SERVICES.length + index,
                  cacheControl: "no-store",
                }),
              ),
            );
            const moved = await unlessLate(() => shiftsOf(name, screen, SEEN.normal[name]));
            assert.ok(moved <= MOST, `moved by ${moved}`);
          });
        }

        for (const service of LATE[name]) {
          it(`is still, with ${service} ${LATE_MS} ms late`, async () => {
            await system.services[service].misbehave({ delay: { ms: LATE_MS }, cacheControl: "no-store" });
            const moved = await unlessLate(() => shiftsOf(name, screen, new RegExp(`^(?![^]*${PROBLEM})`)));
            assert.ok(moved <= MOST, `moved by ${moved}`);
          });
        }
      });
    }
  }

  it("is noticed where it happens", async () => {
    await using visitor = await visit(browser, system, { user: VISITOR });
    const { page } = visitor;
    await page.addInitScript(OBSERVE);
    await visitor.go("/web/home-page");
    await page
      .locator("main")
      .evaluate((main) => main.insertAdjacentHTML("afterbegin", "<h1>New</h1><h1>s</h1>"));
    assert.ok((await seen(page)) > 0.01);
  });
});

/** Adds up the page's layout shifts, and says what moved most. */
const OBSERVE = `
  window.moved = 0;
  new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) window.moved += value;
  }).observe({ type: "layout-shift", buffered: true });`;

/** The sum, after two more frames: a shift is reported after it was painted. */
async function seen(page: Page): Promise<number> {
  await page.evaluate(
    "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))",
  );
  return Number(await page.evaluate("window.moved"));
}
