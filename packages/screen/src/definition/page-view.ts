import type { Degraded } from "./degraded.ts";

/** A place in a page's layout, to be filled by its section's markup. */
export type Places<Data> = { readonly [Name in keyof Data]: string };

/**
 * A section's markup; `degraded` says that the data is the fallback, or stale. Written as a method's type so that pages of all
 * screens fit one type: `PageView<Readonly<Record<string, unknown>>>`.
 */
export type SectionView<Data> = {
  view(data: Data, degraded: Degraded | undefined, page: PageContext): string;
}["view"];

/** What a section's markup may need for its plain forms. */
export type PageContext = {
  /** For the hidden field `token`: shows that a form comes from a page that this user was shown. */
  readonly formToken: string;
  /** For the hidden field `idempotencyKey`: a form that is sent twice does its work once. */
  readonly newIdempotencyKey: () => string;
};

/** A required section that failed while the page was on its way. */
export type SectionProblem = { readonly section: string; readonly code: string; readonly detail: string };

/**
 * A screen as HTML, in pieces: the layout with a place per section, and each section by itself, so that sections can leave
 * one by one. All functions answer markup in which everything is escaped already.
 */
export type PageView<Data> = {
  /**
   * The whole document around the sections, up to and with `</html>`. It must hold each place exactly once, and `nonce` where
   * its own styles and scripts need it. Called once, at start-up: it gets no data.
   */
  layout(places: Places<Data>, nonce: string): string;
  readonly sections: { readonly [Name in keyof Data]: SectionView<Data[Name]> };
  /** What stands in a section's place until it comes. */
  waiting(section: string): string;
  /** What stands in the place of a section without which there is no page, when the page has begun already. */
  failed(problem: SectionProblem): string;
  /** Headers of the page, such as a Content-Security-Policy that allows `nonce`. */
  headers(nonce: string): Readonly<Record<string, string>>;
};

/** The page of any screen. */
export type AnyPageView = PageView<Readonly<Record<string, unknown>>>;
