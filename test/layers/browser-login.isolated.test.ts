import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { describeInBrowser, launchChromium } from "../e2e/browser/chromium.ts";
import { COMPOSITIONS, startFront } from "./compositions.ts";
import type { Front } from "./compositions.ts";

/** The way in of each: HAProxy speaks HTTP/2, the one process does not. */
const PROTOCOL: Readonly<Record<string, string>> = { gateway: "h2", small: "http/1.1" };

/** A signed token, wherever it stands. The session is encrypted, and has two dots more. */
const TOKEN = /eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{20,}/;

/** Only so that a test which waits for nothing ends. */
const PATIENCE_MS = 120_000;

/** Her newest order can be cancelled. */
const USER = "1";

for (const composition of COMPOSITIONS) {
  describeInBrowser(`a person who comes to ${composition.name}`, process.env, (chromium) => {
    let front: Front;
    let browser: Browser;
    before(async () => {
      front = await startFront(composition);
      browser = await launchChromium(chromium);
    });
    after(async () => {
      await browser.close();
      await front[Symbol.asyncDispose]();
    });

    it("logs in, sees the home page, cancels an order and logs out, and no token reaches the browser", async () => {
      const { publicOrigin = "" } = front.stack;
      assert.match(publicOrigin, /^https:/);
      // The certificate is the stack's own.
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      context.setDefaultTimeout(PATIENCE_MS);
      await standInForPictures(context, [publicOrigin, front.stack.url("identity-provider")]);
      const page = await context.newPage();
      const seen = recordAnswers(page);

      await page.goto(`${publicOrigin}/`);
      await page.getByRole("button", { name: `User ${USER}`, exact: true }).click();
      await page.getByRole("heading", { name: "Recent orders" }).waitFor();
      assert.equal(page.url(), `${publicOrigin}/web/home-page`);
      assert.equal(await protocolOf(page), PROTOCOL[composition.gateway]);
      await assertNoToken(context, page, publicOrigin);

      await page.locator('a[href^="/web/orders/"]').first().click();
      await page.getByRole("button", { name: "Cancel the order" }).click();
      await page.getByText("Cancelled", { exact: true }).waitFor();
      assert.match(page.url(), /\/web\/orders\/[\w-]+$/);

      const [session] = await context.cookies(publicOrigin);
      await page.getByRole("button", { name: "Log out" }).click();
      await page.getByRole("heading", { name: "You are logged out" }).waitFor();
      assert.deepEqual(await context.cookies(publicOrigin), []);
      assert.ok(session);
      const headers = { Cookie: `${session.name}=${session.value}`, Accept: "application/json" };
      const copied = await front.ask("/web/home-page", { headers });
      assert.equal(copied.status, 401, "a copy of the cookie does not outlive the logout");

      await page.getByRole("link", { name: "Log in" }).click();
      await page.getByRole("heading", { name: "Who do you want to be?" }).waitFor();
      assert.deepEqual(
        seen.filter((text) => TOKEN.test(text)),
        [],
      );
      await context.close();
    });
  });
}

/** What the navigation to this page was spoken in (Navigation Timing, `nextHopProtocol`). */
function protocolOf(page: Page): Promise<unknown> {
  return page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol");
}

/** The session is one cookie that no script can read, and it says nothing to whoever holds it. */
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

/** Every answer that the browser gets, as text: address, headers, and body where it is a page. */
function recordAnswers(page: Page): string[] {
  const seen: string[] = [];
  page.on("response", (response) => {
    seen.push(`${response.url()} ${JSON.stringify(response.headers())}`);
    if (response.headers()["content-type"]?.startsWith("text/html") !== true) return;
    // A page that is left before its last byte has no body to tell.
    response.text().then(
      (text) => seen.push(text),
      () => undefined,
    );
  });
  return seen;
}

/** Nothing leaves the machine: a picture of the right kind stands in for those on other hosts. */
async function standInForPictures(context: BrowserContext, ours: readonly string[]): Promise<void> {
  const isTheirs = (url: URL): boolean => !ours.includes(url.origin) && url.protocol !== "data:";
  await context.route(isTheirs, async (route) => {
    await route.fulfill({
      contentType: "image/svg+xml",
      body: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
    });
  });
}
