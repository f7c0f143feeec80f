import { Degraded } from "../definition/degraded.ts";
import type { ScreenSet } from "../http/mount.ts";
import type { AboutApp } from "./about.ts";
import { commandOperation } from "./command-operation.ts";
import { jsonSchema } from "./json-schema.ts";
import type { JsonObject } from "./json-schema.ts";
import { templateOf } from "./parameters.ts";
import { PROBLEM_SCHEMA, problemResponses } from "./problem-responses.ts";
import { screenOperation } from "./screen-operation.ts";

/** An OpenAPI 3.1 document, as JSON. */
export type OpenApiDocument = {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly "x-oldest-version"?: string };
  readonly servers: readonly JsonObject[];
  readonly security: readonly JsonObject[];
  readonly paths: { readonly [path: string]: JsonObject };
  readonly components: JsonObject;
};

/**
 * The contract of an app, made of its screens and commands: what it says cannot differ from what the app answers.
 * @throws TypeError when a screen and a command, or two of a kind, have the same address
 */
export function describeScreens<Clients>(mounted: ScreenSet<Clients>, about: AboutApp): OpenApiDocument {
  const operations = [
    ...mounted.screens.map((screen) => [screen.path, "get", screenOperation(screen, about)] as const),
    ...(mounted.commands ?? []).map(
      (command) => [command.path, "post", commandOperation(command, about)] as const,
    ),
  ];
  const paths: Record<string, JsonObject> = {};
  for (const [path, method, operation] of operations) {
    const template = `${about.prefix}${templateOf(path)}`;
    const before = paths[template] ?? {};
    if (method in before)
      throw new TypeError(`${method} ${template} stands twice: each address is one thing`);
    paths[template] = { ...before, [method]: operation };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: about.title,
      version: about.version,
      // For tools: the app answers versions differently, from this one on.
      ...(about.oldestVersion === undefined ? {} : { "x-oldest-version": about.oldestVersion }),
    },
    servers: [{ url: "/", description: "Behind the API gateway" }],
    security: [{ identity: [] }],
    paths,
    components: {
      securitySchemes: { identity: IDENTITY },
      schemas: { Degraded: jsonSchema(Degraded), Problem: PROBLEM_SCHEMA },
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
