import { existsSync } from "node:fs";
import { describe, it } from "node:test";
import { chromium } from "playwright-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { System } from "./system.ts";

/** Where Debian installs Chromium. The one without windows takes a third of its CPU time. */
const WITHOUT_WINDOWS = "/usr/bin/chromium-headless-shell";
export const CHROMIUM_PATH = existsSync(WITHOUT_WINDOWS) ? WITHOUT_WINDOWS : "/usr/bin/chromium";

/** Chromium sends nothing to other machines, and runs without a screen. */
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Each tab would start a process, which takes longer than most pages.
  "--renderer-process-limit=1",
];

/**
 * A suite that needs a browser: the one in `CHROMIUM_PATH`, else Debian's. Without a browser it has
 * one skipped test, which CI refuses; a skipped suite would not be counted.
 *
 * @param body gets the browser's path
 */
export function describeInBrowser(name: string, env: NodeJS.ProcessEnv, body: (path: string) => void): void {
  const path = env["CHROMIUM_PATH"] ?? CHROMIUM_PATH;
  describe(name, () => {
    if (existsSync(path)) body(path);
    else it("needs a browser", { skip: `none at ${path}: install Chromium, or set CHROMIUM_PATH` });
  });
}

/** Starts a browser. @param flags of Chromium's own, such as `--disable-blink-features=…` */
export function launchChromium(path: string, flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: path, args: [...FLAGS, ...flags] });
}

/** Answers requests to other sites with a small picture, so that no request leaves the machine. */
export async function answerPictures(context: BrowserContext, ours: readonly string[]): Promise<void> {
  const isTheirs = (url: URL): boolean => !ours.includes(url.origin) && url.protocol !== "data:";
  await context.route(isTheirs, async (route) => {
    await route.fulfill({ contentType: "image/svg+xml", body: PICTURE });
  });
}

const PICTURE =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4H0z" fill="#7a9"/></svg>';

/** A browser tab of a user who is logged in. */
export interface Visitor extends AsyncDisposable {
  readonly page: Page;
  /** Goes to a path of the site. Without `waitUntil` it waits for the end of the document. */
  go(path: string, waitUntil?: "commit" | "domcontentloaded"): Promise<void>;
  /**
   * What the browser reported so far: failed scripts, what the page's policy forbade, failed loads.
   */
  readonly complaints: readonly string[];
}

/** Who visits the site, and how. */
export interface VisitorOptions {
  readonly user: string;
  /** Default: on. */
  readonly javaScript?: boolean;
  /** Where the site is. Default: the web BFF's own address. */
  readonly origin?: string;
}

/** CSS pixels. */
const DESKTOP = { width: 1440, height: 900 };

/** Opens a tab. Each of its requests carries a new identity, as if it came through the gateway. */
export async function visit(browser: Browser, system: System, options: VisitorOptions): Promise<Visitor> {
  const { user, javaScript = true, origin = system.stack.url("web-bff") } = options;
  const context = await browser.newContext({ javaScriptEnabled: javaScript, viewport: DESKTOP });
  await context.route(`${origin}/**`, async (route) => {
    const identity = system.stack.identity(user, "web-bff");
    await route.continue({ headers: { ...route.request().headers(), "x-identity": identity } });
  });
  await answerPictures(context, [origin]);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(String(error)));
  return {
    page,
    complaints,
    async go(path, waitUntil = "domcontentloaded") {
      await page.goto(`${origin}${path}`, { waitUntil });
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}
