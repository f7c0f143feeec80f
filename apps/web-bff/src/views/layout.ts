import { html, raw, toText } from "./html.ts";
import type { Markup } from "./html.ts";
import { STYLES } from "./styles.ts";

/** A complete document: the head and frame that all pages of this site share. */
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
