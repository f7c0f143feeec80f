import type { Browser, BrowserContext, Page } from "playwright-core";
import type { System } from "../system/start.ts";

/** The pictures are on another host, which is not there: a picture of the right kind stands in. */
const PICTURE =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4H0z" fill="#7a9"/><circle cx="2" cy="2" r="1.2" fill="#fc6"/></svg>';

/** A tab of somebody who is logged in. */
export interface Visitor extends AsyncDisposable {
  readonly page: Page;
  /** Goes to a path of the site. Without `waitUntil`, waits for the end of the document. */
  go(path: string, waitUntil?: "commit" | "domcontentloaded"): Promise<void>;
  /** What the browser complained about so far: scripts that failed, what the page's policy forbade, what did not load. */
  readonly complaints: readonly string[];
}

export interface VisitorOptions {
  readonly user: string;
  /** Default: on. */
  readonly javaScript?: boolean;
  /** Where the site is; default: the web BFF's own address. */
  readonly origin?: string;
}

/** CSS pixels. */
const DESKTOP = { width: 1440, height: 900 };

/** Opens a tab in whose requests a gateway seems to stand: each carries an identity of its own. */
export async function visit(browser: Browser, system: System, options: VisitorOptions): Promise<Visitor> {
  const { user, javaScript = true, origin = system.stack.url("web-bff") } = options;
  const context = await browser.newContext({ javaScriptEnabled: javaScript, viewport: DESKTOP });
  await actAsGateway(context, origin, () => system.stack.identity(user, "web-bff"));
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

async function actAsGateway(context: BrowserContext, origin: string, identity: () => string): Promise<void> {
  await context.route(
    () => true,
    async (route) => {
      const request = route.request();
      if (!request.url().startsWith(`${origin}/`)) {
        await route.fulfill({ contentType: "image/svg+xml", body: PICTURE });
        return;
      }
      await route.continue({ headers: { ...request.headers(), "x-identity": identity() } });
    },
  );
}
