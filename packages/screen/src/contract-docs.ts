import { fileURLToPath } from "node:url";
import { Router } from "express";
import type { Response } from "express";
import type { OpenApiDocument } from "./describe/describe-screens.ts";

/** Only what this router serves: nothing inline, nothing from elsewhere. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // Swagger UI's style sheet holds its icons as data.
  "img-src data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Starts Swagger UI. The BFF accepts an identity once for a `POST`, so each request that the page
 * sends gets its own. `/docs?user=7` asks as user 7.
 */
const START = `const { prefix } = document.currentScript.dataset;
const user = new URLSearchParams(location.search).get("user") ?? "42";
SwaggerUIBundle({
  url: prefix + "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  validatorUrl: "none",
  requestInterceptor: async (request) => {
    if (request.loadSpec) return request;
    const answer = await fetch(prefix + "/docs/identity?user=" + encodeURIComponent(user));
    request.headers["X-Identity"] = await answer.text();
    return request;
  },
});
`;

/**
 * The contract for people who build a client: `/docs`, which is Swagger UI, and `/openapi.json`.
 * For development only: it must be mounted in front of the identity gate, since a browser sends no
 * identity with a page, and it hands out identities to anyone who asks.
 * @param prefix where it is mounted, as the browser sees it: `/web`
 * @param identityOf mints an `X-Identity` for a sample user; it may throw for an impossible user id
 */
export function contractDocs(
  document: OpenApiDocument,
  prefix: string,
  identityOf: (userId: string) => string,
): Router {
  const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(document.info.title)}: contract</title><link rel="stylesheet" href="${prefix}/docs/style.css"></head>
<body><div id="docs"></div><script src="${prefix}/docs/swagger-ui.js"></script>
<script src="${prefix}/docs/start.js" data-prefix="${prefix}"></script></body></html>
`;
  const contract = `${JSON.stringify(document, undefined, 2)}\n`;
  const router = Router({ caseSensitive: true, strict: true });
  router.get("/docs", (_req, res) => void secured(res).type("text/html").send(page));
  router.get("/docs/start.js", (_req, res) => void secured(res).type("text/javascript").send(START));
  // Swagger UI is a development dependency, resolved when asked for: images do not have it.
  router.get("/docs/style.css", (_req, res) =>
    secured(res).sendFile(fileURLToPath(import.meta.resolve("swagger-ui-dist/swagger-ui.css"))),
  );
  router.get("/docs/swagger-ui.js", (_req, res) =>
    secured(res).sendFile(fileURLToPath(import.meta.resolve("swagger-ui-dist/swagger-ui-bundle.js"))),
  );
  router.get("/docs/identity", (req, res) => {
    const { user } = req.query;
    secured(res)
      .type("text/plain")
      .send(identityOf(typeof user === "string" ? user : ""));
  });
  router.get("/openapi.json", (_req, res) => void secured(res).type("application/json").send(contract));
  return router;
}

function secured(res: Response): Response {
  res.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
  res.setHeader("X-Content-Type-Options", "nosniff");
  res.setHeader("Referrer-Policy", "no-referrer");
  res.setHeader("Cache-Control", "no-store");
  return res;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
