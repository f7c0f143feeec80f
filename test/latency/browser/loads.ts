import type { Page } from "playwright-core";

/** How long one load of the home page's data took, ms. */
export type DataLoad = {
  /** Until the first answer was there as a value: something can be shown. */
  readonly first: number;
  /** Until all that needs no other answer was there: three calls, or the BFF's one. */
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
const FROM_SERVICES = `async (token) => {${GET}
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
const FROM_BFF = `async (token) => {${GET}
  const { degraded } = await get("${PATHS.page}");
  const [complete] = ends;
  return { first: complete, independent: complete, complete, degraded: degraded.length > 0 };
}`;

/** Four calls straight to the services, through the gateway: three at once, and the catalog's when the recommendations are known. */
export function loadFromServices(page: Page, token: string): Promise<DataLoad> {
  return load(page, FROM_SERVICES, token);
}

/** One call to the BFF. */
export function loadFromBff(page: Page, token: string): Promise<DataLoad> {
  return load(page, FROM_BFF, token);
}

async function load(page: Page, script: string, token: string): Promise<DataLoad> {
  const took: unknown = await page.evaluate(`(${script})(${JSON.stringify(token)})`);
  if (!isDataLoad(took)) throw new TypeError(`expected how long a load took, got ${JSON.stringify(took)}`);
  return took;
}

function isDataLoad(value: unknown): value is DataLoad {
  return (
    hasNumbers(value, ["first", "independent", "complete"]) &&
    typeof Reflect.get(value, "degraded") === "boolean"
  );
}

function hasNumbers(value: unknown, names: readonly string[]): value is object {
  return (
    typeof value === "object" &&
    value !== null &&
    names.every((name) => typeof Reflect.get(value, name) === "number")
  );
}

/** How long the page took as streamed HTML, ms after the beginning of the navigation. */
export type HtmlLoad = {
  readonly firstByte: number;
  /** Until the first section stood in the document, as the services' answers came. */
  readonly firstSection: number;
  readonly complete: number;
};

/** Runs in the page before its own: notes when a section has content. */
const WATCH_SECTIONS = `
  const look = () => {
    const filled = [...document.querySelectorAll("main > section")].some((section) => {
      const text = section.textContent.trim();
      return text !== "" && !text.startsWith("Loading");
    });
    if (filled && window.firstSection === undefined) window.firstSection = performance.now();
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
  document.addEventListener("DOMContentLoaded", look);
`;

/** To call once for a page that will load HTML. */
export async function prepareForHtml(page: Page, token: string): Promise<void> {
  await page.addInitScript(WATCH_SECTIONS);
  await page.setExtraHTTPHeaders({ authorization: `Bearer ${token}` });
}

/** Goes to the page as a browser does. @throws Error where it shows no section */
export async function loadHtml(page: Page, origin: string): Promise<HtmlLoad> {
  await page.goto(`${origin}${PATHS.page}`, { waitUntil: "domcontentloaded" });
  const load: unknown = await page.evaluate(`new Promise((resolve) => {
    const tell = () => {
      const [{ responseStart, responseEnd }] = performance.getEntriesByType("navigation");
      if (responseEnd === 0) return setTimeout(tell, 5);
      resolve({ firstByte: responseStart, firstSection: window.firstSection, complete: responseEnd });
    };
    tell();
  })`);
  if (!isHtmlLoad(load)) throw new TypeError(`expected a page with sections, got ${JSON.stringify(load)}`);
  return load;
}

function isHtmlLoad(value: unknown): value is HtmlLoad {
  return hasNumbers(value, ["firstByte", "firstSection", "complete"]);
}
