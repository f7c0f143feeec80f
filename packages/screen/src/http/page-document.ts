import type { AnyPageView, PageContext, Viewer } from "../definition/page-view.ts";
import { atOnce, problemOf } from "../run/failure.ts";
import type { SectionResult } from "../run/run-section.ts";

/** A part of a layout that is cut at its places: text to send as it is, or a section's place. */
export type Piece = { readonly text: string } | { readonly place: string };

/** A page that is ready to be filled. */
export type PageDocument = {
  /** The layout's pieces, up to the end of the body, for one response. */
  readonly pieces: (nonce: string) => readonly Piece[];
  /** `</body></html>`. */
  readonly tail: string;
  readonly headers: (nonce: string) => Readonly<Record<string, string>>;
  readonly waiting: (section: string) => string;
  readonly withoutScript: (search: string) => string;
  /** What a complete page's head holds of its data. */
  readonly head: (sections: readonly SectionResult[]) => string;
  /** A section's markup, or what a failed one leaves in its place. @throws what the view throws */
  readonly markup: (result: SectionResult, context: PageContext) => string;
};

/** Private-use characters, which no layout contains itself. */
const PLACE_MARK = "\uE000";
const NONCE_MARK = "\uE001";

/**
 * Renders the layout once, with marks in its places, and cuts it at the marks.
 * @param screen its name, for errors
 * @throws TypeError if the layout lacks a place, has one twice, or has no `</body>`
 */
export function compilePage(
  screen: string,
  view: AnyPageView,
  sectionNames: readonly string[],
  viewer: Viewer,
): PageDocument {
  const places = Object.fromEntries(sectionNames.map((name) => [name, `${PLACE_MARK}${name}${PLACE_MARK}`]));
  const layout = view.layout(places, NONCE_MARK, viewer);
  const bodyEnd = layout.lastIndexOf("</body>");
  if (bodyEnd < 0)
    throw new TypeError(`screen ${screen}: its layout must be a whole document, and has no </body>`);
  const pieces = cut(layout.slice(0, bodyEnd));
  for (const name of sectionNames) {
    const times = pieces.filter((piece) => "place" in piece && piece.place === name).length;
    if (times === 1) continue;
    throw new TypeError(
      `screen ${screen}: its layout must hold the place of section ${name} once, but it is there ${times} times: put places.${name} into it`,
    );
  }
  const views = new Map(Object.entries(view.sections));
  return {
    pieces: (nonce) =>
      pieces.map((piece) => ("text" in piece ? { text: piece.text.replaceAll(NONCE_MARK, nonce) } : piece)),
    tail: layout.slice(bodyEnd),
    headers: (nonce) => atOnce(view.headers(nonce)),
    waiting: (section) => textOf(view.waiting(section)),
    withoutScript: (search) => (view.withoutScript === undefined ? "" : textOf(view.withoutScript(search))),
    head: (sections) =>
      view.head === undefined
        ? ""
        : textOf(view.head(Object.fromEntries(sections.map(({ name, data }) => [name, data])))),
    markup: ({ name, data, degraded, outcome, error }, context) => {
      if (outcome !== "failed") return textOf(views.get(name)?.(data, degraded, context) ?? "");
      const { code, detail } = problemOf(name, error);
      return textOf(view.failed({ section: name, code, detail }));
    },
  };
}

/**
 * What a view returned. Its types allow text only, but JavaScript does not check them: anything
 * else would fail, or run code, where the page is written.
 * @throws TypeError
 */
function textOf(returned: unknown): string {
  const text = atOnce(returned);
  if (typeof text === "string") return text;
  throw new TypeError("a view returned something that is not text");
}

/** Every second part of the split text is a name. */
function cut(layout: string): readonly Piece[] {
  return layout.split(PLACE_MARK).map((part, index) => (index % 2 === 0 ? { text: part } : { place: part }));
}
