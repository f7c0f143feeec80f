import { Router } from "express";
import type { Response } from "express";
import type { OpenApiDocument } from "../describe/describe-screens.ts";
import type { JsonObject } from "../describe/schemas.ts";
import { docsPage } from "./page.ts";
import { STYLE } from "./style.ts";

/** Its own style and nothing else: no script, nothing from elsewhere, nothing inline. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * The contract for who builds a client: `/docs`, a page, and `/openapi.json`. For development alone; it stands in front of the
 * identity gate, since a browser cannot be asked to send an identity with a page.
 * @param prefix where it is mounted, as the browser sees it: `/web`
 */
export function contractDocs(document: OpenApiDocument, prefix: string): Router {
  const json: JsonObject = JSON.parse(JSON.stringify(document));
  const page = docsPage(json, {
    contractPath: `${prefix}/openapi.json`,
    stylePath: `${prefix}/docs/style.css`,
  });
  const text = `${JSON.stringify(document, undefined, 2)}\n`;
  const router = Router({ caseSensitive: true, strict: true });
  router.get("/docs", (_req, res) => send(res, "text/html", page));
  router.get("/docs/style.css", (_req, res) => send(res, "text/css", STYLE));
  router.get("/openapi.json", (_req, res) => send(res, "application/json", text));
  return router;
}

function send(res: Response, type: string, text: string): void {
  res.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
  res.setHeader("X-Content-Type-Options", "nosniff");
  res.setHeader("Referrer-Policy", "no-referrer");
  res.setHeader("Cache-Control", "no-store");
  res.type(type).send(text);
}
