import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Router } from "express";
import type { Request, RequestHandler, Response } from "express";
import type { Contract } from "../documents/contract.ts";

/** Only what this router serves: nothing inline, nothing from elsewhere. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // GraphiQL's style sheet contains its fonts as data.
  "font-src data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Starts GraphiQL. The BFF accepts an identity once for a `POST`, so each request that the page
 * sends gets its own. `/partner/graphql?user=7` asks as user 7. The registered documents are the
 * first tabs.
 */
const START = `const { prefix } = document.currentScript.dataset;
const user = new URLSearchParams(location.search).get("user") ?? "42";
const fetcher = GraphiQL.createFetcher({
  url: prefix + "/graphql",
  fetch: async (url, init) => {
    const identity = await fetch(prefix + "/graphiql/identity?user=" + encodeURIComponent(user));
    return fetch(url, { ...init, headers: { ...init.headers, "X-Identity": await identity.text() } });
  },
});
const page = ReactDOM.createRoot(document.getElementById("graphiql"));
fetch(prefix + "/graphiql/documents.json")
  .then((answer) => answer.json())
  .then((documents) => {
    const defaultTabs = documents.map((query) => ({ query }));
    page.render(React.createElement(GraphiQL, { fetcher, defaultTabs }));
  });
`;

/** The page fills the window; GraphiQL's own style sheet leaves that to its page. */
const LAYOUT = "body { margin: 0; }\n#graphiql { height: 100dvh; }\n";

/** Files of development dependencies, found when the page asks for them: images lack them. */
const PACKAGE_FILES: Readonly<Record<string, () => string>> = {
  "react.js": () => beside(import.meta.resolve("react/package.json"), "umd/react.production.min.js"),
  "react-dom.js": () =>
    beside(import.meta.resolve("react-dom/package.json"), "umd/react-dom.production.min.js"),
  "graphiql.js": () => beside(import.meta.resolve("graphiql/package.json"), "graphiql.min.js"),
  "graphiql.css": () => beside(import.meta.resolve("graphiql/package.json"), "graphiql.min.css"),
};

/**
 * GraphiQL for people who build a client, at `/graphql` for a browser. For development only: it
 * must be mounted in front of the identity gate, since a browser sends no identity with a page,
 * and it hands out identities to anyone who asks.
 *
 * @param prefix where it is mounted, as the browser sees it: `/partner`
 * @param identityOf mints an `X-Identity` for a sample user; it may throw for an impossible user
 * id
 */
export function graphiql(
  { operations }: Contract,
  prefix: string,
  identityOf: (userId: string) => string,
): RequestHandler {
  const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>GraphiQL: ${prefix}</title><link rel="stylesheet" href="${prefix}/graphiql/graphiql.css">
<link rel="stylesheet" href="${prefix}/graphiql/layout.css"></head>
<body><div id="graphiql"></div><script src="${prefix}/graphiql/react.js"></script>
<script src="${prefix}/graphiql/react-dom.js"></script><script src="${prefix}/graphiql/graphiql.js"></script>
<script src="${prefix}/graphiql/start.js" data-prefix="${prefix}"></script></body></html>
`;
  // Those for one API key are not shown. Sorted backwards, queries come before mutations.
  const documents = operations
    .filter(({ apiKeyId }) => apiKeyId === undefined)
    .map(({ text }) => text)
    .toSorted((a, b) => b.localeCompare(a));

  const router = Router({ caseSensitive: true, strict: true });
  router.get("/graphql", (req, res, next) => {
    if (isForPeople(req)) secured(res).type("text/html").send(page);
    else next();
  });
  router.get("/graphiql/start.js", (_req, res) => void secured(res).type("text/javascript").send(START));
  router.get("/graphiql/layout.css", (_req, res) => void secured(res).type("text/css").send(LAYOUT));
  router.get("/graphiql/documents.json", (_req, res) => void secured(res).json(documents));
  router.get("/graphiql/identity", (req, res) => {
    const { user } = req.query;
    secured(res)
      .type("text/plain")
      .send(identityOf(typeof user === "string" ? user : ""));
  });
  for (const [name, path] of Object.entries(PACKAGE_FILES)) {
    router.get(`/graphiql/${name}`, (_req, res) => secured(res).sendFile(path()));
  }
  // A router answers OPTIONS for its paths. In production it is absent and OPTIONS is refused.
  return (req, res, next) => (req.method === "OPTIONS" ? next() : router(req, res, next));
}

/** A path beside a package's manifest: none of the three packages exports its UMD build. */
function beside(manifest: string, path: string): string {
  return join(dirname(fileURLToPath(manifest)), path);
}

/** A browser's navigation: it prefers HTML to what GraphQL answers, and asks no query. */
function isForPeople(req: Request): boolean {
  const asksNothing = /^\/graphql(\?user=[^&]*)?$/.test(req.url);
  return asksNothing && req.accepts(["application/json", "text/html"]) === "text/html";
}

function secured(res: Response): Response {
  res.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
  res.setHeader("X-Content-Type-Options", "nosniff");
  res.setHeader("Referrer-Policy", "no-referrer");
  res.setHeader("Cache-Control", "no-store");
  return res;
}
