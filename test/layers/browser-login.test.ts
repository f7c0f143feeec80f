import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { answerPictures, describeInBrowser, launchChromium } from "../e2e/testing/browser.ts";
import { until } from "../e2e/testing/patience.ts";
import { COMPOSITIONS, sharedFront } from "./testing/compositions.ts";
import type { Front } from "./testing/compositions.ts";

/** By composition: HAProxy speaks HTTP/2, the single process does not. */
const PROTOCOL: Readonly<Record<string, string>> = { gateway: "h2", small: "http/1.1" };

/**
 * A signed token, in any text. The session is encrypted: it has two dots more, and does not match.
 */
const TOKEN = /eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{20,}/;

/** Ends a test that waits in vain, ms. */
const PATIENCE_MS = 120_000;

/** A user whose newest order can be cancelled. */
const USER = "1";

for (const composition of COMPOSITIONS) {
  describeInBrowser(`a person who uses ${composition.name}`, process.env, (chromium) => {
    let front: Front;
    let browser: Browser;
    before(async () => {
      front = await sharedFront(composition);
      browser = await launchChromium(chromium);
    });
    after(async () => {
      await browser.close();
    });

    it("logs in, sees the home page, cancels an order and logs out, and no token reaches the browser", async () => {
      const { publicOrigin = "" } = front.stack;
      assert.match(publicOrigin, /^https:/);
      // The stack made its own certificate.
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      context.setDefaultTimeout(PATIENCE_MS);
      await answerPictures(context, [publicOrigin, front.stack.url("identity-provider")]);
      const page = await context.newPage();
      const seen = recordAnswers(page);

      await page.goto(`${publicOrigin}/`);
      await page.locator(`button[name="user"][value="${USER}"]`).click();
      await page.locator(".orders .status").first().waitFor();
      assert.equal(page.url(), `${publicOrigin}/web/home-page`);
      assert.equal(await protocolOf(page), PROTOCOL[composition.gateway]);
      // The policy of the page lets its pictures in: the avatar is 256 pixels wide.
      await until("the avatar", async () =>
        (await page.evaluate("document.querySelector('.avatar').naturalWidth")) === 256 ? true : undefined,
      );
      await assertNoToken(context, page, publicOrigin);

      await page.locator('a[href^="/web/orders/"]').first().click();
      await page.locator(".cancel > summary").click();
      await page.locator('.cancel button[type="submit"]').click();
      await page.locator(".status.cancelled").waitFor();
      assert.match(page.url(), /\/web\/orders\/[\w-]+$/);

      const [session] = await context.cookies(publicOrigin);
      await page.locator('form[action="/auth/logout"] button').click();
      await page.waitForURL(`${publicOrigin}/auth/logged-out`);
      assert.deepEqual(await context.cookies(publicOrigin), []);
      assert.ok(session);
      const headers = { Cookie: `${session.name}=${session.value}`, Accept: "application/json" };
      const copied = await front.ask("/web/home-page", { headers });
      assert.equal(copied.status, 401, "a copy of the cookie does not outlive the logout");

      await page.locator("main a").click();
      await page.locator('button[name="user"]').first().waitFor();
      assert.deepEqual(
        seen.filter((text) => TOKEN.test(text)),
        [],
      );
      await context.close();
    });
  });
}

/** The protocol that brought this page (Navigation Timing, `nextHopProtocol`). */
function protocolOf(page: Page): Promise<unknown> {
  return page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol");
}

/** The session is one cookie. No script can read it, and it contains no token. */
async function assertNoToken(context: BrowserContext, page: Page, origin: string): Promise<void> {
  const cookies = await context.cookies(origin);
  const flags = cookies.map(({ name, httpOnly, secure, sameSite }) => ({ name, httpOnly, secure, sameSite }));
  assert.deepEqual(flags, [{ name: "__Host-session", httpOnly: true, secure: true, sameSite: "Lax" }]);
  for (const { value } of cookies) assert.doesNotMatch(value, TOKEN);
  const readable = await page.evaluate(
    "JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}])",
  );
  assert.equal(readable, '["",{},{}]');
}

/**
 * Every answer that the browser gets, as text: its address, its headers, and the body of a page.
 */
function recordAnswers(page: Page): string[] {
  const seen: string[] = [];
  page.on("response", (response) => {
    seen.push(`${response.url()} ${JSON.stringify(response.headers())}`);
    if (response.headers()["content-type"]?.startsWith("text/html") !== true) return;
    // A page that the browser leaves before the last byte has no body.
    response.text().then(
      (text) => seen.push(text),
      () => undefined,
    );
  });
  return seen;
}
