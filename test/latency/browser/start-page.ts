import type { BrowserContext, Page } from "playwright-core";

/** The icon in the page itself: else the browser fetches the site's, over the connection that a load is meant to open. */
export const START_PAGE = '<!doctype html><link rel="icon" href="data:,">';

/**
 * Where the browser stands before anything is measured: on the site, with nothing loaded from it. It has connections to it, since it opens one for a
 * navigation whatever comes of that, and it has learnt whether the site speaks HTTP/2, as one knows that has been there before: else it would
 * open several connections for several requests.
 */
export async function openStartPage(context: BrowserContext, origin: string): Promise<Page> {
  const start = `${origin}/start`;
  await context.route(start, (route) => route.fulfill({ contentType: "text/html", body: START_PAGE }));
  const page = await context.newPage();
  await page.goto(start);
  // Requests that a script stands in the way of would take longer.
  await context.unrouteAll();
  await page.evaluate('fetch("/nothing").then((answer) => answer.text())');
  return page;
}
