import type { Degraded } from "./degraded.ts";

/** A place in a page's layout, to be filled by its section's markup. */
export type Places<Data> = { readonly [Name in keyof Data]: string };

/**
 * A section's markup; `degraded` says that the data is the fallback, or stale. Written as a method's type so that pages of all
 * screens fit one type: `PageView<Readonly<Record<string, unknown>>>`.
 */
export type SectionView<Data> = { view(data: Data, degraded: Degraded | undefined): string }["view"];

/**
 * A screen as HTML, in pieces: the layout with a place per section, and each section by itself, so that sections can leave
 * one by one. All functions answer markup in which everything is escaped already.
 */
export type PageView<Data> = {
  /** The whole document around the sections: it must hold each place exactly once. Called once, at start-up: it gets no data. */
  layout(places: Places<Data>): string;
  readonly sections: { readonly [Name in keyof Data]: SectionView<Data[Name]> };
};

/** The page of any screen. */
export type AnyPageView = PageView<Readonly<Record<string, unknown>>>;
