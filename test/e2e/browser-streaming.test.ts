import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import { after, afterEach, before, describe, it } from "node:test";
import { listen } from "@triptych/testing";
import type { Browser, Page } from "playwright-core";
import { describeInBrowser, launchChromium, visit } from "./testing/browser.ts";
import { sharedChromium } from "./testing/shared-browser.ts";
import { unlessLate, until } from "./testing/patience.ts";
import type { OpenAnswer } from "./testing/client.ts";
import { COMING } from "./testing/pages.ts";
import { HOME_PAGE } from "./testing/home-page.ts";
import { freshSystem } from "./testing/shared-system.ts";
import type { System } from "./testing/system.ts";

/**
 * Later than recommendations can be (their deadline is 400 ms), sooner than the page's deadline of
 * 800.
 */
const SLOW_MS = 500;

/**
 * What a section has when it shows what it should. On a busy machine it may be late for its
 * deadline and show a notice instead.
 */
const SHOWN = { orders: /SO-2/, recommendations: /class="rating"/ } as const;

/** Browsers with and without these features of Chromium. */
const BROWSERS = [
  { name: "places sections by itself", flags: [], placesItself: true },
  {
    name: "reads the place marks as comments",
    flags: ["--disable-blink-features=DocumentPatching,HTMLProcessingInstruction"],
    placesItself: false,
  },
  {
    name: "knows the place marks, but does not fill them",
    flags: ["--disable-blink-features=DocumentPatching"],
    placesItself: false,
  },
];

describeInBrowser("a page that comes in pieces, in a browser", process.env, (chromium) => {
  let system: System;
  before(async () => {
    system = await freshSystem();
  });
  afterEach(() => system.behave());

  for (const { name, flags, placesItself } of BROWSERS) {
    describe(`that ${name}`, () => {
      const isOwn = flags.length > 0;
      let browser: Browser;
      before(async () => {
        browser = await (isOwn ? launchChromium(chromium, flags) : sharedChromium(chromium));
      });
      if (isOwn) after(() => browser.close());

      /** Looks at the page while the slow section is on its way, and when it is there. */
      async function seeSlowSection(): Promise<true | undefined> {
        const user = system.newVisitor();
        await using gateway = await holdPages(system, user, '<template for="recentOrders">');
        const { origin } = gateway;
        await using visitor = await visit(browser, system, { user, origin });
        const { page } = visitor;
        await system.services.orders.misbehave({ delay: { ms: SLOW_MS } });
        await visitor.go(HOME_PAGE, "commit");
        if (!SHOWN.recommendations.test(await gateway.untilHeld)) return undefined;
        const early = await until("the recommendations", async () => {
          const sections = await markupOfSections(page);
          return SHOWN.recommendations.test(sections[2] ?? "") ? sections : undefined;
        });
        assert.match(early[0] ?? "", /<h1\b/);
        const [, waiting = ""] = early;
        assert.ok(waiting.includes(COMING), "its place is kept, between those that are there");

        if (!SHOWN.orders.test(await gateway.release())) return undefined;
        const late = await until("the orders", async () => {
          const sections = await markupOfSections(page);
          return SHOWN.orders.test(sections[1] ?? "") ? sections : undefined;
        });
        assert.deepEqual([late[0], late[2]], [early[0], early[2]], "nothing else has changed");
        await page.waitForLoadState();
        assert.equal(await page.locator("template").count(), 0);
        assert.equal(await page.locator(`[${COMING}]`).count(), 0);
        assert.deepEqual(visitor.complaints, []);
        return true;
      }

      it("sees a slow section after the others", async () => {
        await unlessLate(seeSlowSection);
      });

      if (placesItself) {
        it("sees that there is no page, and nothing else of it, when a required section fails late", async () => {
          await using visitor = await visit(browser, system, { user: system.newVisitor() });
          const { page } = visitor;
          await system.services.users.misbehave({ hang: {} });
          const [profile, orders, recommendations] = await unlessLate(async () => {
            await visitor.go(HOME_PAGE);
            return othersIn(await markupOfSections(page));
          });
          assert.match(profile ?? "", /role="alert" data-problem="upstream-timeout"/);
          assert.match(orders ?? "", SHOWN.orders);
          assert.match(recommendations ?? "", SHOWN.recommendations);
          assert.equal(await page.locator("main > section:visible").count(), 1);
        });
      }

      it("gets the page in document order, with JavaScript off", async () => {
        await using visitor = await visit(browser, system, { user: system.newVisitor(), javaScript: false });
        const { page } = visitor;
        const [profile] = await unlessLate(async () => {
          await visitor.go(HOME_PAGE, "commit");
          await page.waitForURL(/\?streaming=off$/);
          return othersIn(await markupOfSections(page));
        });
        assert.match(profile ?? "", /<h1\b/);
        assert.equal(await page.locator(`[${COMING}]`).count(), 0);
        assert.deepEqual(visitor.complaints, []);
      });
    });
  }
});

/** The sections, if the two that are not slow were in time. */
function othersIn(sections: readonly string[]): readonly string[] | undefined {
  const [, orders = "", recommendations = ""] = sections;
  return SHOWN.orders.test(orders) && SHOWN.recommendations.test(recommendations) ? sections : undefined;
}

/** The markup of the page's sections now, from top to bottom. */
function markupOfSections(page: Page): Promise<readonly string[]> {
  return page.locator("main > section").evaluateAll((sections) => sections.map(({ innerHTML }) => innerHTML));
}

/**
 * A proxy in front of the web BFF that stops in the middle of a page until the test continues it.
 */
interface HoldingGateway extends AsyncDisposable {
  readonly origin: string;
  /** The part of the page that was let through, once the rest is held. */
  readonly untilHeld: Promise<string>;
  /** Lets the rest of the page through, and returns the whole page. */
  release(): Promise<string>;
}

/** Headers that are valid for one hop only, or for a coding that was decoded here. */
const NOT_PASSED_ON = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "trailer",
  "content-encoding",
  "date",
]);

/** @param mark the page is held before this text */
async function holdPages(system: System, user: string, mark: string): Promise<HoldingGateway> {
  const held = Promise.withResolvers<string>();
  const released = Promise.withResolvers<void>();
  const whole = Promise.withResolvers<string>();
  async function relay(answer: OpenAnswer, res: ServerResponse): Promise<void> {
    const headers = Object.entries(answer.headers).filter(([name]) => !NOT_PASSED_ON.has(name));
    res.writeHead(answer.status, Object.fromEntries(headers));
    let isHeld = false;
    let passed = "";
    for await (const piece of answer.body) {
      const markup = String(piece);
      const at = isHeld ? -1 : markup.indexOf(mark);
      if (at >= 0) {
        res.write(markup.slice(0, at));
        isHeld = true;
        held.resolve(passed + markup.slice(0, at));
        await released.promise;
      }
      res.write(markup.slice(Math.max(at, 0)));
      passed += markup;
    }
    res.end();
    whole.resolve(passed);
  }
  const server = createServer((req, res) => {
    const { accept = "*/*" } = req.headers;
    const asked = system.web.open(req.url ?? "/", { user, accept, headers: { "user-agent": "Mozilla/5.0" } });
    void asked.then((answer) => relay(answer, res)).catch(() => res.destroy());
  });
  return {
    origin: `http://127.0.0.1:${await listen(server)}`,
    untilHeld: held.promise,
    release() {
      released.resolve();
      return whole.promise;
    },
    async [Symbol.asyncDispose]() {
      released.resolve();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
