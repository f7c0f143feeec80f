import type { PageDocument, Piece } from "./page-document.ts";

/** Sends a part of the page at once. */
export type Write = (markup: string) => void;

/**
 * An order in which a page's sections are sent. Call `begin` once, `add` with each section as it is
 * ready, and `end` after the last.
 */
export type PageOrder = {
  readonly begin: () => void;
  readonly add: (section: string, markup: string) => void;
  readonly end: () => void;
};

/**
 * Sends the sections in the document's order: one that is ready waits for those above it. For
 * crawlers and `curl`, which run no script: the finished page looks as if it was sent whole.
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
 * Sends the whole layout at once, then each section as soon as it is ready, as `<template for>`. A
 * browser with declarative partial updates (WICG; Chromium since 148) moves its content between the
 * `<?start name>` and `<?end>` of that name; in other browsers the script in the head does. A
 * browser that runs no script may place templates or not, which it cannot say: the head sends it to
 * the page in document order.
 */
export function asReady(document: PageDocument, nonce: string, write: Write, search: string): PageOrder {
  return {
    begin: () => write(shell(document, nonce, search)),
    add: (section, markup) =>
      write(
        `<template for="${section}">${markup}</template><script nonce="${nonce}">placeSection("${section}")</script>`,
      ),
    end: () => write(document.tail),
  };
}

function shell(document: PageDocument, nonce: string, search: string): string {
  const withoutScript = document.withoutScript(search);
  const noscript = withoutScript === "" ? "" : `<noscript>${withoutScript}</noscript>`;
  return document
    .pieces(nonce)
    .map((piece) =>
      "text" in piece ? piece.text : `<?start name="${piece.place}">${document.waiting(piece.place)}<?end>`,
    )
    .join("")
    .replace("</head>", () => `${noscript}<script nonce="${nonce}">${PLACE_SECTION}</script></head>`);
}

/**
 * Moves a template's content to its place, and gives the document the title that an element of it
 * has in `data-title`: the head was sent before it was known. Browsers parse `<?start …>` as a
 * comment or as a processing instruction, so it looks for both. If the browser has moved the
 * content already, there is no template to move.
 */
const PLACE_SECTION = `function placeSection(name) {
  moveSection(name);
  const titled = document.querySelector("[data-title]");
  if (titled) document.title = titled.dataset.title;
}
function moveSection(name) {
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
