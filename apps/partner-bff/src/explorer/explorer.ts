import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Router } from "express";
import type { Request, RequestHandler, Response } from "express";
import { Kind, parse, print } from "graphql";
import type { Contract } from "../contract.ts";

const MEDIA_TYPES = { html: "text/html", css: "text/css", js: "text/javascript" } as const;

/** Its own files, and questions to its own origin; nothing inline, nothing from elsewhere. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * The page on which a developer tries queries, at `/partner/graphql` for a browser. For development alone: it shows the schema, and it stands
 * in front of the identity gate, since a browser cannot be asked to send an identity with a page.
 */
export async function explorer(contract: Contract): Promise<RequestHandler> {
  const [page, style, script] = await Promise.all(
    ["index.html", "explorer.css", "explorer.js"].map(pageFile),
  );
  const described = JSON.stringify(describe(contract));

  const router = Router({ caseSensitive: true, strict: true });
  router.get("/graphql", (req, res, next) => {
    if (isForPeople(req)) send(res, "html", page);
    else next();
  });
  router.get("/graphiql/explorer.css", (_req, res) => send(res, "css", style));
  router.get("/graphiql/explorer.js", (_req, res) => send(res, "js", script));
  router.get("/graphiql/contract.json", (_req, res) => {
    res.setHeader("Cache-Control", "no-store").type("application/json").send(described);
  });
  // A router answers OPTIONS itself, for the addresses that it knows: in production it is not there, and OPTIONS is refused.
  return (req, res, next) => (req.method === "OPTIONS" ? next() : router(req, res, next));
}

function pageFile(name: string): Promise<string> {
  return readFile(join(import.meta.dirname, "page", name), "utf8");
}

/** A browser's navigation: no query, and a preference for HTML over what GraphQL answers. */
function isForPeople(req: Request): boolean {
  return !req.url.includes("?") && req.accepts(["application/json", "text/html"]) === "text/html";
}

function send(res: Response, kind: keyof typeof MEDIA_TYPES, text: string | undefined): void {
  res.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
  res.setHeader("Referrer-Policy", "no-referrer");
  res.setHeader("Cache-Control", "no-store");
  res.type(MEDIA_TYPES[kind]).send(text);
}

/** What the page shows of the contract: the schema's types, and the documents that everybody may ask. */
function describe({ schema, operations }: Contract) {
  const types = parse(schema).definitions.flatMap((definition) =>
    "name" in definition && definition.kind !== Kind.OPERATION_DEFINITION && definition.name !== undefined
      ? { name: definition.name.value, text: print(definition) }
      : [],
  );
  const documents = operations
    .filter(({ client }) => client === undefined)
    .map(({ text }) => ({ name: /\w+ \w+/.exec(text)?.[0] ?? "document", text }))
    // Backwards by name: queries come before mutations.
    .toSorted((a, b) => b.name.localeCompare(a.name));
  return { types, documents };
}
