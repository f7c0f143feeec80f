import type { ScreenSet } from "../definition/screen.ts";
import { Degraded } from "../definition/degraded.ts";
import { compilePage } from "../http/page-document.ts";
import { commandOperation, downloadOperation, screenOperation, templateOf } from "./operations.ts";
import { PROBLEM_SCHEMA, problemResponses } from "./problems.ts";
import type { AboutApp } from "./problems.ts";
import { jsonSchema } from "./schemas.ts";
import type { JsonObject } from "./schemas.ts";

export type { AboutApp } from "./problems.ts";
export { readExamples } from "./schemas.ts";

/** An OpenAPI 3.1 document, as JSON. */
export type OpenApiDocument = {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly "x-oldest-version"?: string };
  readonly servers: readonly JsonObject[];
  readonly security: readonly JsonObject[];
  readonly tags: readonly JsonObject[];
  readonly paths: { readonly [path: string]: JsonObject };
  readonly components: JsonObject;
};

/**
 * An app's contract, made from its screens and commands, so it always matches what the app answers.
 * @throws TypeError if two screens, or two commands, have the same address, or if a page's layout
 * lacks the place of a section
 */
export function describeScreens<Clients>(set: ScreenSet<Clients>, about: AboutApp): OpenApiDocument {
  const operations = [
    ...set.screens.map((screen) => [screen.path, "get", screenOperation(screen, about)] as const),
    ...(set.commands ?? []).map(
      (command) => [command.path, "post", commandOperation(command, about)] as const,
    ),
    ...(set.downloads ?? []).map((one) => [one.path, "get", downloadOperation(one, about)] as const),
  ];
  // A contract of an app that cannot start would hide why.
  for (const { name, page, sections } of set.screens)
    if (page !== undefined) compilePage(name, page, Object.keys(sections), "user");
  const paths: Record<string, JsonObject> = {};
  for (const [path, method, operation] of operations) {
    const template = `${about.prefix}${templateOf(path)}`;
    const before = paths[template] ?? {};
    if (method in before)
      throw new TypeError(`${method} ${template} is there twice: give each operation its own address`);
    paths[template] = { ...before, [method]: operation };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: about.title,
      version: about.version,
      // For tools: from this version on, the app answers each version in its own shapes.
      ...(about.oldestVersion === undefined ? {} : { "x-oldest-version": about.oldestVersion }),
    },
    servers: [{ url: "/", description: "Behind the API gateway" }],
    security: [{ identity: [] }],
    tags: [...set.screens, ...(set.downloads ?? [])].map(({ name, summary }) => ({
      name,
      description: summary,
    })),
    paths,
    components: {
      securitySchemes: { identity: IDENTITY },
      schemas: { Degraded: jsonSchema(Degraded, "degraded"), Problem: PROBLEM_SCHEMA },
      responses: problemResponses(
        operations.map(([, , operation]) => operation),
        about,
      ),
    },
  };
}

const IDENTITY: JsonObject = {
  type: "apiKey",
  in: "header",
  name: "X-Identity",
  description: "Set by the API gateway, where clients log in: no client sends it.",
};
