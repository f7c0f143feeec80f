import type { Degraded } from "./degraded.ts";

/** The places of a page's layout: each is filled with its section's markup. */
export type Places<Data> = { readonly [Name in keyof Data]: string };

/**
 * A section's markup. With a `degraded`, the data is the fallback, lacks a part, or is stale. (A
 * method's parameters are bivariant, so the views of all screens fit `AnyPageView`.)
 */
export type SectionView<Data> = {
  view(data: Data, degraded: Degraded | undefined, page: PageContext): string;
}["view"];

/** Who sees a page: a user who is logged in, or a visitor without a login. */
export type Viewer = "user" | "visitor";

/** What a section's markup needs besides its data. */
export type PageContext = {
  readonly viewer: Viewer;
  /**
   * In which numbers, prices and days are written: the reader's, a BCP 47 tag that `Intl` can
   * format for. `en-GB` for visitors, and where the app does not know it (see `readerLocale`).
   */
  readonly locale: string;
  /**
   * For the hidden field `token`: shows that the form comes from a page that this user was sent.
   * Empty for a visitor, who can send no form.
   */
  readonly formToken: string;
  /** For the hidden field `idempotencyKey`: a form that is sent twice does its work once. */
  readonly newIdempotencyKey: () => string;
};

/** A required section that failed after the page had begun. */
export type SectionProblem = { readonly section: string; readonly code: string; readonly detail: string };

/**
 * A screen as HTML: a layout with a place per section, and the markup of each section, so that
 * sections can be sent one by one. Each function returns markup in which everything is escaped.
 */
export type PageView<Data> = {
  /**
   * The whole document around the sections, `</html>` included. It must hold each place exactly
   * once, and put `nonce` on its own styles and scripts. Called at start-up, without data: once for
   * users, and once for visitors where they get the screen.
   */
  layout(places: Places<Data>, nonce: string, viewer: Viewer): string;
  /** An element with `data-title` gives the document its title, in browsers that run scripts. */
  readonly sections: { readonly [Name in keyof Data]: SectionView<Data[Name]> };
  /**
   * What the head holds that depends on the data, such as a title for people to whom a link is
   * sent. For visitors only, as crawlers are: their page is sent when it is complete. Default:
   * nothing.
   */
  head?(data: Data): string;
  /** What a section's place shows until the section is ready. */
  waiting(section: string): string;
  /**
   * What the head of a page whose sections come as they are ready holds for browsers that run no
   * script: the way to the page in document order, as `inDocumentOrder` knows it.
   * @param search the page's query as the client sent it, with its question mark, or empty
   */
  readonly withoutScript?: (search: string) => string;
  /** What the place of a failed required section shows, when the page has begun already. */
  failed(problem: SectionProblem): string;
  /** Headers of the page, such as a Content-Security-Policy that allows `nonce`. */
  headers(nonce: string): Readonly<Record<string, string>>;
};

/** The page of any screen. */
export type AnyPageView = PageView<Readonly<Record<string, unknown>>>;
