import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { ProblemPage } from "@triptych/service-kit";

/**
 * The gateway's own pages: a browser meets them where no BFF answers. They need nothing but
 * themselves: no script, no picture, no font.
 */
export interface Pages {
  /**
   * A problem, for a client that prefers `text/html`. A proxy in front of the gateway shows it
   * without an `instance`.
   */
  readonly problem: ProblemPage;
  /** @param there where the browser can log out at the identity provider, too */
  readonly loggedOut: (there: URL | undefined) => Page;
  /**
   * For a form that was sent without a valid session.
   *
   * @param login where its user logs in
   * @param requestId of the request that sent it
   */
  readonly formLost: (login: string, requestId: string) => Page;
}

type Page = ReturnType<ProblemPage>;

/** Sends a page with the status that the answer has. */
export function sendPage(res: ServerResponse, { document, headers }: Page): void {
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  res.setHeader("Content-Type", "text/html; charset=utf-8");
  res.end(document);
}

const STYLE = `
:root { color-scheme: light dark; --accent: light-dark(#2f4bd8, #9db0ff); }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 1.0625rem/1.6 system-ui, sans-serif;
  background: light-dark(#f6f6f3, #15161a); color: light-dark(#1d1e22, #ececf1); }
main { box-sizing: border-box; width: 100%; max-width: 36rem; padding: 2rem; }
.site { font-weight: 600; color: var(--accent); margin: 0 0 2.5rem; }
h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -0.01em; margin: 0 0 0.75rem; text-wrap: balance; }
p { margin: 0 0 1.25rem; }
a { color: var(--accent); }
a:focus-visible { outline: 2px solid; outline-offset: 3px; border-radius: 2px; }
small { color: light-dark(#63656e, #9a9ca6); }
`;

/** Three panels in one frame, in both colour schemes. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><g fill="#2f4bd8"><path d="M2 7h7v18H2zM23 7h7v18h-7z" opacity=".55"/><path d="M11 3h10v26H11z"/></g></svg>',
)}`;

const HEADERS = {
  "Content-Security-Policy": [
    "default-src 'none'",
    `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
    "img-src data:",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "Referrer-Policy": "same-origin",
};

/** A login's detail is a sentence for customers; others speak of parameters and methods. */
export const LOGIN_FAILED = "The login did not succeed: start it again";
const MISTAKE = "Something in the address, or in what was sent, is not as we need it";

/** What a page says, and where it leads: the address of the link, and its words. */
type Words = readonly [heading: string, sentence: string, href: string, link: string];

/**
 * Makes the pages of a site.
 *
 * @param site its name, shown on top
 * @param landing the path of the page that a login leads to
 */
export function createPages({
  site = "",
  landing,
}: {
  readonly site?: string | undefined;
  readonly landing: string;
}): Pages {
  const render = ([heading, sentence, href, link]: Words, small = "", more = "") => ({
    headers: HEADERS,
    document: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape([heading, site].filter(Boolean).join(" · "))}</title>
<link rel="icon" href="${ICON}">
<style>${STYLE}</style>
</head>
<body>
<main>
${site === "" ? "" : `<p class="site">${escape(site)}</p>\n`}<h1>${escape(heading)}</h1>
<p>${escape(sentence)}</p>
<p><a href="${escape(href)}">${escape(link)}</a></p>
${more}${small === "" ? "" : `<small>${escape(small)}</small>\n`}</main>
</body>
</html>
`,
  });
  const home = [landing, "Go to the home page"] as const;
  // An empty address is the page's own.
  const again = ["", "Try again"] as const;
  const wordsFor = (type: string, status: number, detail: string): Words => {
    const known: Readonly<Record<string, Words>> = {
      "/problems/identity-required": [
        "Please log in",
        "You need to be logged in for this.",
        landing,
        "Log in",
      ],
      "/problems/forbidden": ["You can’t open this page", "It is not part of your account.", ...home],
      "/problems/not-found": [
        "We can’t find that page",
        "The address may be mistyped, or the page is gone.",
        ...home,
      ],
      "/problems/rate-limited": [
        "That was a lot at once",
        "Please wait a moment before you go on.",
        ...again,
      ],
    };
    const ours: Words = ["We can’t show this page right now", "Please try again in a moment.", ...again];
    const mistake = detail === LOGIN_FAILED ? detail : MISTAKE;
    return known[type] ?? (status >= 500 ? ours : ["That did not work", `${mistake}.`, ...home]);
  };
  return {
    problem: ({ type, status, detail, instance }) =>
      render(wordsFor(type, status, detail), instance === "" ? "" : `${status} · Request ${instance}`),
    formLost: (login, requestId) =>
      render(
        [
          "Please log in",
          "Your session has ended. What you sent did not arrive and is not kept: after the login you come back to the page, and have to enter it again.",
          login,
          "Log in and go back",
        ],
        `401 · Request ${requestId}`,
      ),
    loggedOut: (there) =>
      render(
        ["You are logged out", "See you soon.", landing, "Log in"],
        "",
        there === undefined
          ? ""
          : `<p>${escape(there.host)} may still know you, and log you in without a password: <a href="${escape(there.href)}">log out there, too</a></p>\n`,
      ),
  };
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
