import { randomBytes } from "node:crypto";
import type { ProblemPage } from "@triptych/service-kit";
import { html } from "./html.ts";
import { layout } from "./layout.ts";
import { securityHeaders } from "./security-headers.ts";

/** The page that stands for a request that could not be answered: what happened, and what to do. */
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
  return { document, headers: securityHeaders(nonce) };
};
