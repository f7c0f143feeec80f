import { mobileHome } from "./mobile-home.ts";
import type { Sources } from "./sources.ts";
import { webHomePage } from "./web-home-page.ts";

/** A page as somebody writes it who wants nothing but the page: four calls, the third before the fourth. */
export type Page = {
  readonly path: string;
  readonly load: (sources: Sources) => Promise<unknown>;
};

const PAGES: Readonly<Record<string, Page>> = { web: webHomePage, mobile: mobileHome };

/** @param name `web` or `mobile` @throws TypeError for any other */
export function pageNamed(name: string | undefined): Page {
  const page = name === undefined ? undefined : PAGES[name];
  if (page === undefined) throw new TypeError(`expected ${Object.keys(PAGES).join(" or ")}, got ${name}`);
  return page;
}
