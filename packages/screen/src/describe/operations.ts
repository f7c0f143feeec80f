import { IDEMPOTENCY_KEY, PATH_PARAMETER } from "@triptych/upstream-client";
import type { Ids } from "@triptych/upstream-client";
import { IsOptional } from "typebox";
import type { TSchema } from "typebox";
import type { AnyDownload } from "../definition/download.ts";
import type { AnyCommand, AnyScreen } from "../definition/screen.ts";
import { admitsVisitors } from "../run/prepare.ts";
import { problemsOf } from "./problems.ts";
import type { AboutApp } from "./problems.ts";
import { answerSchema, exampleOf, jsonSchema } from "./schemas.ts";
import type { Json, JsonObject } from "./schemas.ts";

const SCREEN_PROBLEMS = [400, 401, 404, 406, 426, 500, 502, 503, 504];
const DOWNLOAD_PROBLEMS = [400, 401, 404, 500, 502, 503, 504];
const COMMAND_PROBLEMS = [400, 401, 404, 406, 409, 413, 415, 426, 500, 502, 503, 504];
const FORM_PROBLEMS = [...COMMAND_PROBLEMS, 403].toSorted((a, b) => a - b);

/** `GET` of a screen. */
export function screenOperation<Clients>(screen: AnyScreen<Clients>, about: AboutApp): JsonObject {
  const operationId = operationIdOf(screen.name);
  const answer = answerSchema(screen, about.version);
  return {
    operationId,
    tags: [screen.name],
    summary: screen.summary,
    parameters: [...parametersOf(screen, about), ...queryOf(screen), IF_NONE_MATCH],
    responses: {
      200: {
        description: `The screen${withoutLogin(screen)}`,
        headers: {
          ETag: header("A strong validator of the JSON; an answer with something in `degraded` has none"),
          "Cache-Control": header(
            `Kept by the client alone, and asked for again each time; degraded: not at all${keptOf(screen)}`,
          ),
          "Server-Timing": header("An entry per section, and `total`, in milliseconds"),
        },
        content: {
          "application/json": {
            schema: answer,
            ...exampleOf(screen, about.version, about.examples?.[operationId]),
          },
          "application/x-ndjson": {
            schema: {
              type: "string",
              description: 'A line per section as it is ready, {"<section>": …}, and last {"degraded": […]}',
            },
          },
          ...(screen.page === undefined ? {} : { "text/html": { schema: { type: "string" } } }),
        },
      },
      304: { description: "It is what the client has" },
      ...problemsOf(SCREEN_PROBLEMS, about),
    },
  };
}

/** Who gets the screen without a login, in words. */
function withoutLogin<Clients>(screen: AnyScreen<Clients>): string {
  if (!admitsVisitors(screen)) return "";
  const names = Object.entries(screen.sections).flatMap(([name, { needsUser = true }]) =>
    needsUser ? [name] : [],
  );
  return names.length === 0
    ? ", also without a login"
    : `. Without a login, it has nothing in: ${names.join(", ")}`;
}

function keptOf<Clients>({ publicSeconds }: AnyScreen<Clients>): string {
  return publicSeconds === undefined ? "" : `. Without a login: by shared caches too, for ${publicSeconds} s`;
}

/** `GET` of a download. */
export function downloadOperation<Clients>(download: AnyDownload<Clients>, about: AboutApp): JsonObject {
  const { name, summary, mediaTypes, path, ids } = download;
  const file = { schema: { type: "string", format: "binary" } };
  return {
    operationId: operationIdOf(name),
    tags: [name],
    summary,
    parameters: pathParameters({ path, ids }),
    responses: {
      200: { description: "The file", content: Object.fromEntries(mediaTypes.map((type) => [type, file])) },
      ...problemsOf(DOWNLOAD_PROBLEMS, about),
    },
  };
}

/** `POST` of a command. */
export function commandOperation<Clients>(command: AnyCommand<Clients>, about: AboutApp): JsonObject {
  const operationId = operationIdOf(command.name);
  const answer = answerSchema(command.answer.screen, about.version);
  const takesForms = command.redirectTo !== undefined;
  const body = jsonSchema(command.body, `the body of the command ${command.name}`);
  return {
    operationId,
    // Beside the screen that it answers.
    tags: [command.answer.screen.name],
    summary: command.summary,
    parameters: [...parametersOf(command, about), keyHeader(takesForms)],
    requestBody: {
      required: true,
      content: {
        "application/json": { schema: body },
        ...(takesForms ? { "application/x-www-form-urlencoded": { schema: formSchema(body) } } : {}),
      },
    },
    responses: {
      200: {
        description: "The screen as it is after the work",
        content: {
          "application/json": {
            schema: answer,
            ...exampleOf(command.answer.screen, about.version, about.examples?.[operationId]),
          },
        },
      },
      ...(takesForms ? { 303: { description: "To a form: the screen is at Location" } } : {}),
      ...problemsOf(takesForms ? FORM_PROBLEMS : COMMAND_PROBLEMS, about),
    },
  };
}

/** `home-page` as generators of clients expect it: `homePage`. */
function operationIdOf(name: string): string {
  return name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function header(description: string): JsonObject {
  return { description, schema: { type: "string" } };
}

/** The body's fields, and the fields that a page adds to its form. */
function formSchema(body: Json): JsonObject {
  return {
    // In `allOf`, each member sees the other's fields, so neither may forbid unknown ones.
    allOf: [
      without("additionalProperties", body),
      {
        type: "object",
        required: ["token", "idempotencyKey"],
        properties: {
          token: { type: "string", description: "From the page that shows the form" },
          idempotencyKey: KEY_SCHEMA,
        },
      },
    ],
  };
}

function without(keyword: string, schema: Json): Json {
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== keyword));
}

/** The names of a path's parameters, in Express's syntax: `/orders/:orderId`. */
const PARAMETER = /:([A-Za-z0-9_]+)/g;

/** A path in OpenAPI's syntax: `/orders/{orderId}`. */
export function templateOf(path: string): string {
  return path.replaceAll(PARAMETER, "{$1}");
}

/** What any request for this path may carry. */
type Addressed = { readonly path: string; readonly ids?: Ids | undefined };

function pathParameter(name: string, ids: Ids): JsonObject {
  const parameter = { name, in: "path", required: true };
  if (ids === "plain") return { ...parameter, schema: { type: "string", pattern: PATH_PARAMETER.source } };
  // The gateway reads `x-ids`: an encoded slash is no way to another path then. No path can have
  // the texts that are refused, and a limit in the schema would break clients of the plain form.
  const description = "Any text, percent-encoded, but the empty one, `.` and `..`";
  return { ...parameter, description, "x-ids": ids, schema: { type: "string" } };
}

function pathParameters({ path, ids = "plain" }: Addressed): readonly JsonObject[] {
  return [...path.matchAll(PARAMETER)].map(([, name = ""]) => pathParameter(name, ids));
}

function parametersOf(addressed: Addressed, { oldestVersion }: AboutApp): readonly JsonObject[] {
  const versions = oldestVersion === undefined ? [] : [appVersion(oldestVersion)];
  return [...pathParameters(addressed), ...DEVICE, ...versions];
}

function queryOf<Clients>({ name: screen, query }: AnyScreen<Clients>): readonly JsonObject[] {
  return Object.entries(query?.properties ?? {}).map(([name, property]) =>
    inQuery(name, property, `query parameter ${name} of the screen ${screen}`),
  );
}

/** A list is a parameter that comes several times, which is OpenAPI's default (style `form`). */
function inQuery(name: string, property: TSchema, owner: string): JsonObject {
  const required = !IsOptional(property) && !("default" in property);
  const description = "description" in property ? { description: String(property.description) } : {};
  return {
    name,
    in: "query",
    required,
    ...description,
    schema: without("description", jsonSchema(property, owner)),
  };
}

const DEVICE: readonly JsonObject[] = [
  {
    name: "dpr",
    in: "query",
    description:
      "Device pixels per CSS pixel, for the choice of images. Without it Sec-CH-DPR counts, else 1.",
    schema: { type: "number", minimum: 1, maximum: 4 },
  },
  {
    name: "Sec-CH-DPR",
    in: "header",
    description: "The same, as browsers say it: less than 1 counts as 1, more than 4 as 4.",
    schema: { type: "number" },
  },
];

function appVersion(oldest: string): JsonObject {
  return {
    name: "X-App-Version",
    in: "header",
    description: `The app's version: it gets the shapes that it knows. Without it, the newest. Before ${oldest}: 426.`,
    schema: { type: "string", pattern: "^\\d{1,5}\\.\\d{1,5}\\.\\d{1,5}(?:[-+][0-9A-Za-z.+-]{1,64})?$" },
  };
}

const IF_NONE_MATCH: JsonObject = {
  name: "If-None-Match",
  in: "header",
  description: "The ETag of the answer that the client has.",
  schema: { type: "string" },
};

const KEY_SCHEMA: JsonObject = { type: "string", pattern: IDEMPOTENCY_KEY.source };

function keyHeader(takesForms: boolean): JsonObject {
  return {
    name: "Idempotency-Key",
    in: "header",
    required: !takesForms,
    description: `Sent again with the same key, the work is done once.${takesForms ? " A form has it in a field." : ""}`,
    schema: KEY_SCHEMA,
  };
}
