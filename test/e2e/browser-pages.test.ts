import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { memberOf } from "../domain-services/testing/json.ts";
import { describeInBrowser, visit } from "./testing/browser.ts";
import { sharedChromium } from "./testing/shared-browser.ts";
import {
  COMING,
  NOTICE,
  PAGES,
  PROBLEM,
  SEEN,
  STATES,
  TITLES,
  VISITOR,
  enter,
  pathOf,
} from "./testing/pages.ts";
import type { Visitor } from "./testing/browser.ts";
import { unlessLate } from "./testing/patience.ts";
import { freshSystem } from "./testing/shared-system.ts";
import type { System } from "./testing/system.ts";

/**
 * SCREENSHOTS=1 leaves pictures of all pages in this folder, for people to look at; git ignores it.
 */
const takesScreenshots = process.env["SCREENSHOTS"] === "1";
const SCREENSHOTS = join(import.meta.dirname, "screenshots");

/** A small phone and a desktop, CSS pixels. */
const WIDTHS = [360, 1440];

/** All of axe's rules in light mode; in dark mode only those about colours. */
const RULES = [
  ["light", []],
  ["dark", ["color-contrast", "link-in-text-block"]],
] as const;

describeInBrowser("the pages in a browser", process.env, (chromium) => {
  let system: System;
  let browser: Browser;
  before(async () => {
    system = await freshSystem();
    browser = await sharedChromium(chromium);
    if (takesScreenshots) await mkdir(SCREENSHOTS, { recursive: true });
  });

  for (const state of STATES) {
    describe(state, () => {
      // The web BFF must not answer from what it cached in the state before.
      if (state !== "normal") before(() => system.restartWeb());

      for (const name of PAGES) {
        it(`${name}: is accessible, in light and dark, at ${WIDTHS.join(" and ")} px`, async () => {
          await enter(system, state, name);
          await using visitor = await visit(browser, system, { user: VISITOR });
          const { page } = visitor;
          assert.match(await see(visitor, pathOf(system, name), SEEN[state][name]), SEEN[state][name]);
          if (state === "failed") {
            const problem = page.locator("[data-problem]");
            assert.equal(await page.title(), await problem.getAttribute("data-title"));
          } else {
            assert.match(await page.title(), TITLES[name]);
          }
          await page.evaluate(axe.source);
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: 900 });
            assert.ok((await contentWidth(page)) <= width, `no wider than ${width} px`);
            for (const [colorScheme, rules] of RULES) {
              await page.emulateMedia({ colorScheme });
              assert.deepEqual(await violations(page, rules), [], `${colorScheme}, ${width} px`);
              if (!takesScreenshots) continue;
              const path = join(SCREENSHOTS, `${name}-${state}-${colorScheme}-${width}.png`);
              await page.screenshot({ path, fullPage: true });
            }
          }
          assert.deepEqual(visitor.complaints, [], "the browser has nothing to complain about");
        });

        if (state === "failed") {
          it(`${name}: says only that it cannot be shown`, async () => {
            await enter(system, state, name);
            await using visitor = await visit(browser, system, { user: VISITOR });
            await visitor.go(pathOf(system, name));
            const shown = visitor.page.locator("main > section:visible");
            assert.equal(await shown.count(), 1);
            assert.equal(await shown.locator("h1").count(), 1);
            assert.equal(await shown.getByRole("alert").count(), 1);
          });
        }

        it(`${name}: says the same without JavaScript`, async () => {
          await enter(system, state, name);
          await using visitor = await visit(browser, system, { user: VISITOR, javaScript: false });
          const { page } = visitor;
          assert.match(await see(visitor, pathOf(system, name), SEEN[state][name]), SEEN[state][name]);
          assert.equal(await page.locator(`[${COMING}]`).count(), 0, "every place is filled");
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: 900 });
            assert.ok((await contentWidth(page)) <= width, `no wider than ${width} px`);
          }
          assert.deepEqual(visitor.complaints, []);
        });
      }
    });
  }
});

/**
 * Opens a page and returns its markup. If the page shows a notice instead of what is expected, a
 * section was late on a busy machine, and the page is opened again.
 */
async function see(visitor: Visitor, path: string, expected: RegExp): Promise<string> {
  return unlessLate(async () => {
    await visitor.go(path);
    const markup = await visitor.page.locator("main").innerHTML();
    const isLate = markup.includes(NOTICE) || markup.includes(PROBLEM);
    return !expected.test(markup) && isLate ? undefined : markup;
  });
}

/**
 * The violations that axe is sure of, with their elements.
 *
 * @param rules default: all
 */
async function violations(page: Page, rules: readonly string[]): Promise<readonly unknown[]> {
  const options = { resultTypes: ["violations"], ...(rules.length === 0 ? {} : { runOnly: rules }) };
  const result: unknown = await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`);
  const [found, passes] = [memberOf(result, "violations"), memberOf(result, "passes")];
  assert.ok(Array.isArray(found) && Array.isArray(passes));
  assert.ok(passes.length >= (rules.length === 0 ? 20 : 1), "axe has looked");
  return found.map((violation) => [memberOf(violation, "id"), JSON.stringify(memberOf(violation, "nodes"))]);
}

async function contentWidth(page: Page): Promise<number> {
  return Number(await page.evaluate("document.documentElement.scrollWidth"));
}
