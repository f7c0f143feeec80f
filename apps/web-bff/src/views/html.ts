import { html } from "htm/preact";
import { render } from "preact-render-to-string";
import type { VNode } from "preact";

export { html };

/** What the `html` tag makes. */
export type Markup = VNode | VNode[];

/** Markup as text. Everything that was put in with `${…}` is escaped. */
export function toText(markup: Markup): string {
  return Array.isArray(markup) ? markup.map((node) => render(node)).join("") : render(markup);
}

/** Text that is markup already (a section's place, the style sheet) as an element's content. */
export function raw(markup: string): { readonly dangerouslySetInnerHTML: { readonly __html: string } } {
  return { dangerouslySetInnerHTML: { __html: markup } };
}
