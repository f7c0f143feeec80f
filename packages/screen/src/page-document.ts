import type { AnyPageView } from "./page-view.ts";
import type { ScreenResult } from "./run-screen.ts";

/** A page's layout, cut at its places: text and section names by turns. */
type Piece = { readonly text: string } | { readonly place: string };

/** A page that is ready to be filled: its layout was rendered once, at start-up, since it holds no data. */
export type PageDocument = {
  /** The complete document for a result in which no required section failed. */
  readonly render: (result: ScreenResult) => string;
};

/** A private-use character: no layout has it in its own text. */
const MARK = "\uE000";

/**
 * Renders the layout with a mark in each place and cuts it there.
 * @throws TypeError when the layout leaves a place out or has it twice
 */
export function compilePage(view: AnyPageView, sectionNames: readonly string[]): PageDocument {
  const pieces = cut(layoutOf(view, sectionNames));
  for (const name of sectionNames) {
    const times = pieces.filter((piece) => "place" in piece && piece.place === name).length;
    if (times !== 1)
      throw new TypeError(`the layout must hold the place of section ${name} once, it has it ${times} times`);
  }
  const views = new Map(Object.entries(view.sections));
  return {
    render: (result) => {
      const markup = new Map(
        result.sections.map(({ name, data, degraded }) => [name, views.get(name)?.(data, degraded)]),
      );
      return pieces.map((piece) => ("text" in piece ? piece.text : (markup.get(piece.place) ?? ""))).join("");
    },
  };
}

function layoutOf(view: AnyPageView, sectionNames: readonly string[]): string {
  return view.layout(Object.fromEntries(sectionNames.map((name) => [name, `${MARK}${name}${MARK}`])));
}

/** Every second part of the split text is a name. */
function cut(layout: string): readonly Piece[] {
  return layout.split(MARK).map((part, index) => (index % 2 === 0 ? { text: part } : { place: part }));
}
