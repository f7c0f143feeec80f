import { createHash } from "node:crypto";
import type { PageView, SectionProblem, Viewer } from "@triptych/screen";
import type { ProblemPage } from "@triptych/service-kit";
import { html, raw, toText } from "./html.ts";
import type { Markup } from "./html.ts";
import { STYLES } from "./styles.ts";
import { LANGUAGE, TRY_AGAIN } from "./words.ts";

/** The address of the home page. */
export const HOME = "/web/home-page";
/** Where a visitor logs in. */
export const LOGIN = "/auth/login";
/** The address of the user's newest orders. */
export const ORDERS = "/web/orders";

/** The address of an order's page. An id is encoded, so that it cannot become another path. */
export const orderPath = (orderId: string): string =>
  `${ORDERS}/${encodeURIComponent(orderId.toWellFormed())}`;

/** The address of a page of the user's orders. */
export const ordersPath = (cursor: string): string =>
  `${ORDERS}?cursor=${encodeURIComponent(cursor.toWellFormed())}`;

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

/** Headers of a page that may show itself and pictures, and send forms to this site. */
function withPolicy(...more: readonly string[]): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    ...more,
    // 'self' is for pictures of the front door where it speaks HTTP: in development.
    "img-src 'self' https: data:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return { ...EVERY_ANSWER, "Content-Security-Policy": policy.join("; ") };
}

/**
 * Headers of a page: it may run only the scripts and styles that carry this response's nonce.
 * Should escaping ever fail, a script in a title from the catalog still does not run.
 */
const pageHeaders = (nonce: string): Readonly<Record<string, string>> =>
  withPolicy(`script-src 'nonce-${nonce}'`, `style-src 'nonce-${nonce}'`);

/** Of a page without a script: the same for every answer. */
const STILL_HEADERS = withPolicy(
  `style-src 'sha256-${createHash("sha256").update(STYLES).digest("base64")}'`,
);

const SITE = "Triptych Store";

/** What a browser's tab shows, and the name of a link to the page. */
export const titled = (title: string): string => `${title} · ${SITE}`;

/** Three panels in one frame. It is part of the document, as is everything but pictures. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><g fill="#2f4bd8"><path d="M2 7h7v18H2zM23 7h7v18h-7z" opacity=".55"/><path d="M11 3h10v26H11z"/></g></svg>',
)}`;

/** What the head of a page offers. */
const ACCOUNT = {
  user: html`
    <a href=${ORDERS}>Your orders</a>
    <form method="post" action="/auth/logout"><button class="quiet" type="submit">Log out</button></form>
  `,
  visitor: html`<a href=${LOGIN}>Log in</a>`,
  somebody: null,
} as const;

/**
 * What people see to whom a link is sent. The layout for visitors leaves it out: they, and what
 * makes previews of links, get a page's own.
 */
export function preview(page: {
  readonly title: string;
  readonly about: string;
  readonly image?: string | undefined;
}): Markup {
  return html`
    <meta property="og:title" content=${page.title} />
    <meta property="og:description" content=${page.about} />
    ${page.image === undefined ? null : html`<meta property="og:image" content=${page.image} />`}
  `;
}

/** A complete document: the head and the frame that all pages of this site share. */
export function layout(page: {
  readonly title: string;
  /** For search engines, and for people to whom a link is sent. */
  readonly about: string;
  /** Without one the page has no script, and its style is known by its hash. */
  readonly nonce?: string;
  /** Default: a user. Of `somebody` it is not known whether they are logged in. */
  readonly viewer?: Viewer | "somebody";
  readonly main: Markup;
}): string {
  const document = html`
    <html lang=${LANGUAGE} dir="ltr">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${titled(page.title)}</title>
        <meta name="description" content=${page.about} />
        <meta property="og:type" content="website" />
        <meta property="og:site_name" content=${SITE} />
        ${page.viewer === "visitor" ? null : preview(page)}
        <link rel="icon" href=${ICON} />
        <style nonce=${page.nonce} ...${raw(STYLES)}></style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="site">
          <a class="brand" href=${HOME}>${SITE}</a>
          <nav aria-label="Your account">${ACCOUNT[page.viewer ?? "user"]}</nav>
        </header>
        <main id="main">${page.main}</main>
      </body>
    </html>
  `;
  return `<!doctype html>${toText(document)}`;
}

/**
 * What a place shows while its section is on its way.
 *
 * @param shapes per section, from top to bottom: its heading, and the shape of what will come
 */
export function waitingFor<Data>(
  shapes: Readonly<Record<keyof Data & string, Markup>>,
): PageView<Data>["waiting"] {
  const markup = new Map(Object.entries<Markup>(shapes).map(([name, shape]) => [name, toText(shape)]));
  return (section) => markup.get(section) ?? "";
}

/** What all pages share: the page without scripts, a section that has failed, and the headers. */
export const STREAMED = {
  withoutScript: (search: string) => {
    const query = new URLSearchParams(search);
    query.set("streaming", "off");
    return toText(html`<meta http-equiv="refresh" content=${`0; url=?${query.toString()}`} />`);
  },

  // The style sheet hides all other sections then: there is a page, or there is none.
  failed: ({ code }: SectionProblem) =>
    toText(
      code === "not-found"
        ? html`<div class="failure" role="alert" data-problem=${code} data-title=${titled("Not found")}>
            <h1>We can’t find that</h1>
            <p>It may be gone, or it may never have been there.</p>
            <p class="action"><a href=${HOME}>Go to the home page</a></p>
          </div>`
        : html`<div class="failure" role="alert" data-problem=${code} data-title=${titled("Please try again")}>
            <h1>We can’t show this page right now</h1>
            <p>It is our fault, and it should pass in a moment.</p>
            <p class="action">${TRY_AGAIN}</p>
            <p><a href=${HOME}>Go to the home page</a></p>
          </div>`,
    ),

  headers: pageHeaders,
};

/** What a page says about a problem, and where it leads: an address, and the words of the link. */
type Words = readonly [heading: string, sentence: string, href: string, link: string];

const TO_HOME = [HOME, "Go to the home page"] as const;
const TO_ORDERS = [ORDERS, "See your orders"] as const;

/** By the last segment of the problem's type. What is not here is our fault. */
const WORDS: Readonly<Record<string, Words>> = {
  "identity-required": ["Please log in", "You need to be logged in for this.", HOME, "Log in"],
  forbidden: [
    "Please try that once more",
    "The page was open for too long, or it belongs to another account. Nothing was changed.",
    ...TO_ORDERS,
  ],
  "not-found": ["We can’t find that page", "The address may be mistyped, or the page is gone.", ...TO_HOME],
  overloaded: [
    "We can’t show this page right now",
    "Too many people are here at once, so nothing was done. Please try again in a moment.",
    ...TO_HOME,
  ],
  conflict: [
    "It is too late for that",
    "The order was sent, or cancelled, in the meantime. Its page says how it stands now.",
    ...TO_ORDERS,
  ],
};

const MISTAKE: Words = [
  "That did not work",
  "Something in the address or the form is not as we need it.",
  ...TO_HOME,
];
const OURS: Words = [
  "That did not work, and it is our fault",
  "It may have happened all the same: please look before you try again.",
  ...TO_ORDERS,
];

/** The page for a request that could not be answered: what happened, and what to do. */
export const problemPage: ProblemPage = ({ type, status, instance }) => {
  const [heading, sentence, href, link] =
    WORDS[type.slice("/problems/".length)] ?? (status >= 500 ? OURS : MISTAKE);
  const document = layout({
    title: heading,
    about: sentence,
    viewer: type === "/problems/identity-required" ? "visitor" : "somebody",
    main: html`
      <section class="failure">
        <h1>${heading}</h1>
        <p>${sentence}</p>
        <p class="action"><a href=${href}>${link}</a></p>
        <p class="muted">Request ${instance}</p>
      </section>
    `,
  });
  return { document, headers: STILL_HEADERS };
};
