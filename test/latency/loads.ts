import type { BrowserContext, Page } from "playwright-core";

/** How long one load of the home page's data took, in ms. */
export type DataLoad = {
  /** Until the first answer was there as a value: something can be shown. */
  readonly first: number;
  /** Until everything that needs no other answer was there: three calls, or the BFF's one. */
  readonly independent: number;
  /** Until the whole page's data was there. */
  readonly complete: number;
  /** Whether a part was missing in the BFF's answer. */
  readonly degraded: boolean;
};

/** What is asked for, without its query. */
export const PATHS = {
  user: "/api/v1/users/me",
  orders: "/api/v1/orders",
  recommendations: "/api/v2/recommendations",
  products: "/api/v1/products",
  page: "/web/home-page",
} as const;

/** Scripts of a page, as a front end has them; each is a function of the bearer token. */
const GET = `
  const begin = performance.now();
  const ends = [];
  const get = async (path) => {
    const headers = { accept: "application/json", authorization: "Bearer " + token };
    const answer = await fetch(path, { headers, cache: "no-store" });
    if (!answer.ok) throw new Error(path + " answered " + answer.status + ": " + (await answer.text()));
    const value = await answer.json();
    ends.push(performance.now() - begin);
    return value;
  };`;
/**
 * Four calls to the services, through the gateway: three at once, and the catalog's after the
 * recommendations.
 */
export const FROM_SERVICES = `async (token) => {${GET}
  const recommendations = get("${PATHS.recommendations}?limit=8");
  const products = recommendations.then(({ slots }) => {
    const ids = slots.map(({ product }) => product.id);
    return ids.length === 0 ? undefined : get("${PATHS.products}?ids=" + ids.join(","));
  });
  await Promise.all([get("${PATHS.user}"), get("${PATHS.orders}?limit=3"), recommendations]);
  const independent = performance.now() - begin;
  await products;
  return { first: ends[0], independent, complete: performance.now() - begin, degraded: false };
}`;
/** One call to the BFF. */
export const FROM_BFF = `async (token) => {${GET}
  const { degraded } = await get("${PATHS.page}");
  const [complete] = ends;
  return { first: complete, independent: complete, complete, degraded: degraded.length > 0 };
}`;

/** Loads the data with one of the scripts. @throws Error when an answer is no success */
export function loadData(page: Page, script: string, token: string): Promise<DataLoad> {
  return page.evaluate<DataLoad>(`(${script})(${JSON.stringify(token)})`);
}

/**
 * Opens a page of the site with nothing loaded from it, where the browser is before anything is
 * measured. It has connections to the site, since it opens one for each navigation, and it has
 * learnt whether the site speaks HTTP/2, as a browser knows that has been there before. A browser
 * that does not know opens several connections for several requests.
 */
export async function openStartPage(context: BrowserContext, origin: string): Promise<Page> {
  const start = `${origin}/start`;
  // With an icon in it: otherwise the browser fetches the site's, over the connection to be
  // measured.
  const body = '<!doctype html><link rel="icon" href="data:,">';
  await context.route(start, (route) => route.fulfill({ contentType: "text/html", body }));
  const page = await context.newPage();
  await page.goto(start);
  // A request that passes a script on its way takes longer.
  await context.unrouteAll();
  await page.evaluate('fetch("/nothing").then((answer) => answer.text())');
  return page;
}
