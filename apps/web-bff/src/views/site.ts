import { randomBytes } from "node:crypto";
import type { SectionProblem } from "@triptych/screen";
import type { ProblemPage } from "@triptych/service-kit";
import { html, raw, toText } from "./html.ts";
import type { Markup } from "./html.ts";
import { STYLES } from "./styles.ts";

/** The address of an order's page. An id is encoded, so that it cannot become another path. */
export const orderPath = (orderId: string): string =>
  `/web/orders/${encodeURIComponent(orderId.toWellFormed())}`;

/** The address of a page of the user's orders. */
export const ordersPath = (cursor: string): string =>
  `/web/orders?cursor=${encodeURIComponent(cursor.toWellFormed())}`;

/** The address of a product's page, encoded like an order's. */
export const productPath = (productId: string): string =>
  `/web/products/${encodeURIComponent(productId.toWellFormed())}`;

/** Headers of every answer of this BFF: data, lines, redirects and refusals. A page allows more. */
export const EVERY_ANSWER: Readonly<Record<string, string>> = {
  "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "same-origin",
  "X-Frame-Options": "DENY",
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Opener-Policy": "same-origin",
};

/**
 * Headers of a page: it may show itself and pictures, send forms to this site, and run only the
 * scripts and styles that carry this response's nonce. Should escaping ever fail, a script in a
 * title from the catalog still does not run.
 */
function pageHeaders(nonce: string): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    // 'self' is for pictures of the front door where it speaks HTTP: in development.
    "img-src 'self' https: data:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return { ...EVERY_ANSWER, "Content-Security-Policy": policy.join("; ") };
}

/** A complete document: the head and the frame that all pages of this site share. */
export function layout(page: {
  readonly title: string;
  readonly nonce: string;
  readonly main: Markup;
}): string {
  const document = html`
    <html lang="en-GB">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${page.title} · Triptych Store</title>
        <link rel="icon" href="data:," />
        <style nonce=${page.nonce} ...${raw(STYLES)}></style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="site">
          <a class="brand" href="/web/home-page">Triptych Store</a>
          <form method="post" action="/auth/logout"><button type="submit">Log out</button></form>
        </header>
        <main id="main">${page.main}</main>
        <footer class="site"><p>One page, one call.</p></footer>
      </body>
    </html>
  `;
  return `<!doctype html>${toText(document)}`;
}

/** The same page, sent when it is complete. */
function wholePath(search: string): string {
  const query = new URLSearchParams(search);
  query.set("streaming", "off");
  return `?${query.toString()}`;
}

/** What all pages share: what a place shows while its section is on its way, or has failed. */
export const STREAMED = {
  waiting: (_section: string, search: string) =>
    toText(
      html`<p class="waiting">
        Loading…<noscript> <a href=${wholePath(search)}>Show the page when it is complete</a></noscript>
      </p>`,
    ),

  failed: ({ code }: SectionProblem) =>
    toText(
      html`<div class="notice" role="alert" data-problem=${code}>
        <h1>${code === "not-found" ? "We can’t find that" : "We can’t show this page right now"}</h1>
        <p>
          ${
            code === "not-found"
              ? html`It may never have been there. <a href="/web/home-page">Go to the home page</a>`
              : "Please try again in a moment."
          }
        </p>
      </div>`,
    ),

  headers: pageHeaders,
};

/** The page for a request that could not be answered: what happened, and what to do. */
export const problemPage: ProblemPage = (problem) => {
  const nonce = randomBytes(16).toString("base64");
  const ours = problem.status >= 500;
  const document = layout({
    title: ours ? "Something went wrong" : "That did not work",
    nonce,
    main: html`
      <section>
        <h1>${ours ? "We can’t show this page right now" : "That did not work"}</h1>
        <p>${problem.detail}</p>
        <p>
          ${ours ? "Please try again in a moment." : html`<a href="/web/home-page">Go to the home page</a>`}
        </p>
        <p class="because">Request ${problem.instance}</p>
      </section>
    `,
  });
  return { document, headers: pageHeaders(nonce) };
};
