import type { SectionProblem } from "@triptych/screen";
import { html, toText } from "./html.ts";
import { securityHeaders } from "./security-headers.ts";

/** What all pages of this site show in a section's place while it is on its way, and when there is no page without it. */
export const STREAMED = {
  waiting: () =>
    toText(
      html`<p class="waiting">
        Loading…<noscript> <a href="?streaming=off">Show the page when it is complete</a></noscript>
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

  headers: securityHeaders,
};
