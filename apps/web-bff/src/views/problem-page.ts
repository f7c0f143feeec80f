import type { ProblemPage } from "@triptych/service-kit";
import { html } from "./html.ts";
import { layout } from "./layout.ts";

/** The page that stands for a request that could not be answered: what happened, and what to do. */
export const problemPage: ProblemPage = (problem) => {
  const ours = problem.status >= 500;
  return layout({
    title: ours ? "Something went wrong" : "That did not work",
    main: html`
      <section aria-labelledby="problem-title">
        <h1 id="problem-title">${ours ? "We can’t show this page right now" : "We can’t show this page"}</h1>
        <p>${problem.detail}</p>
        <p>
          ${ours ? "Please try again in a moment." : html`<a href="/web/home-page">Go to the home page</a>`}
        </p>
        <p class="because">Request ${problem.instance}</p>
      </section>
    `,
  });
};
