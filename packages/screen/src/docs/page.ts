import type { Json, JsonObject } from "../describe/schemas.ts";
import { at, entriesAt, listAt, textAt } from "./contract.ts";
import { markup } from "./markup.ts";
import type { Markup } from "./markup.ts";
import { schemaFields, typeText } from "./schema-fields.ts";

/** Where the page finds what it refers to. */
export type PageOptions = {
  /** The address of the contract's JSON. */
  readonly contractPath: string;
  readonly stylePath: string;
};

/** A contract as a page for people: every screen, what it takes, what it answers, and an example where there is one. */
export function docsPage(document: JsonObject, { contractPath, stylePath }: PageOptions): string {
  const title = textAt(document, document, "info", "title");
  const version = textAt(document, document, "info", "version");
  const operations = entriesAt(document, document, "paths").flatMap(([path, item]) =>
    entriesAt(document, item).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      id: textAt(document, operation, "operationId"),
      operation,
    })),
  );
  const page = markup`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}: contract</title><link rel="stylesheet" href="${stylePath}"></head>
<body><main>
<h1>${title}</h1>
<p>Contract ${version}, made from the screens. <a href="${contractPath}">As OpenAPI 3.1</a>. This page is served in development alone.</p>
<nav aria-label="Screens"><ul>${operations.map(({ name, id }) => markup`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
${operations.map(({ name, id, operation }) => section(name, id, operation, document))}
</main></body></html>
`;
  return page.html;
}

function section(name: string, id: string, operation: Json, document: JsonObject): Markup {
  const parameters = listAt(document, operation, "parameters").map((parameter) => {
    const required = at(document, parameter, "required") === true ? "" : ", optional";
    return markup`<li><code>${textAt(document, parameter, "name")}</code> <span class="type">${textAt(
      document,
      parameter,
      "in",
    )}${required}: ${typeText(at(document, parameter, "schema"), document)}</span> ${textAt(document, parameter, "description")}</li>`;
  });
  return markup`<section aria-labelledby="${id}">
<h2 id="${id}">${name}</h2>
<p>${textAt(document, operation, "summary")}</p>
<h3>Takes</h3><ul class="fields">${parameters}</ul>
${contents(at(document, operation, "requestBody"), document)}
<h3>Answers</h3>
${entriesAt(document, operation, "responses").map(([status, response]) => answer(status, response, document))}
</section>`;
}

function answer(status: string, response: Json, document: JsonObject): Markup {
  const headers = entriesAt(document, response, "headers").map(
    ([name, header]) =>
      markup`<li><code>${name}</code> <span class="type">header</span> ${textAt(document, header, "description")}</li>`,
  );
  return markup`<details${status === "200" ? markup` open` : ""}><summary><code>${status}</code> ${textAt(
    document,
    response,
    "description",
  )}</summary><ul class="fields">${headers}</ul>${contents(response, document)}</details>`;
}

function contents(body: Json | undefined, document: JsonObject): Markup {
  const types = entriesAt(document, body, "content").map(([type, content]) => {
    const schema = at(document, content, "schema");
    return markup`<h4>${type}</h4><p>${textAt(document, schema, "description")}</p>${schemaFields(schema, document)}${entriesAt(
      document,
      content,
      "examples",
    ).map(([, example]) => exampleText(example, document))}`;
  });
  return markup`${types}`;
}

function exampleText(example: Json, document: JsonObject): Markup {
  const value = JSON.stringify(at(document, example, "value"), undefined, 2);
  return markup`<details><summary>Example: ${textAt(document, example, "summary")}</summary><pre tabindex="0">${value}</pre></details>`;
}
