import type { PageDocument, Piece } from "./page-document.ts";

/** Where a page's bytes go; each call leaves at once. */
export type Write = (markup: string) => void;

/** An order in which a page's sections leave. `begin` once, `add` per section as it is ready, `end` after the last. */
export type PageOrder = {
  readonly begin: () => void;
  readonly add: (section: string, markup: string) => void;
  readonly end: () => void;
};

/**
 * In the document's order, each section where it belongs: a section that is ready waits for those above it. For readers that do
 * not place what comes late (crawlers, `curl`): at the end, nothing tells that the page came in pieces.
 */
export function inDocumentOrder(document: PageDocument, nonce: string, write: Write): PageOrder {
  const rest: Piece[] = [...document.pieces(nonce)];
  const ready = new Map<string, string>();
  const advance = () => {
    let markup = "";
    for (let piece = rest[0]; piece !== undefined; piece = rest[0]) {
      const text = "text" in piece ? piece.text : ready.get(piece.place);
      if (text === undefined) break;
      markup += text;
      rest.shift();
    }
    if (markup !== "") write(markup);
  };
  return {
    begin: advance,
    add(section, markup) {
      ready.set(section, markup);
      advance();
    },
    end: () => write(document.tail),
  };
}

/**
 * The whole layout at once, then each section as it is ready, whatever its place: as `<template for>`, which a browser that knows
 * declarative partial updates (WICG; Chromium since 148) puts between the `<?start name>` and `<?end>` of that name, and the
 * script in the head does so elsewhere.
 */
export function asReady(document: PageDocument, nonce: string, write: Write): PageOrder {
  return {
    begin: () => write(shell(document, nonce)),
    add: (section, markup) =>
      write(
        `<template for="${section}">${markup}</template><script nonce="${nonce}">placeSection("${section}")</script>`,
      ),
    end: () => write(document.tail),
  };
}

function shell(document: PageDocument, nonce: string): string {
  return document
    .pieces(nonce)
    .map((piece) =>
      "text" in piece ? piece.text : `<?start name="${piece.place}">${document.waiting(piece.place)}<?end>`,
    )
    .join("")
    .replace("</head>", () => `<script nonce="${nonce}">${PLACE_SECTION}</script></head>`);
}

/**
 * For browsers that place nothing by themselves, whether they take `<?start …>` for a comment or for a processing instruction: finds
 * the template's place by that mark and moves the content there. Where the browser has done it already the template is gone, and so
 * is the work.
 */
const PLACE_SECTION = `function placeSection(name) {
  const template = document.querySelector('template[for="' + name + '"]');
  if (!template) return;
  const textOf = (mark) => (mark.target ? ("?" + mark.target + " " + mark.data).trim() : mark.data);
  const marks = document.createTreeWalker(document.body, NodeFilter.SHOW_COMMENT | NodeFilter.SHOW_PROCESSING_INSTRUCTION);
  while (marks.nextNode()) {
    const start = marks.currentNode;
    if (textOf(start) !== '?start name="' + name + '"') continue;
    while (start.nextSibling && textOf(start.nextSibling) !== "?end") start.nextSibling.remove();
    if (start.nextSibling) start.nextSibling.remove();
    start.replaceWith(template.content);
    template.remove();
    return;
  }
}`;
