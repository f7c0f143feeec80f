import type { AnyScreen } from "../definition/screen.ts";
import type { AboutApp } from "./about.ts";
import { answerSchema } from "./answer-schema.ts";
import { exampleOf } from "./examples.ts";
import type { JsonObject } from "./json-schema.ts";
import { IF_NONE_MATCH, parametersOf } from "./parameters.ts";
import { problemsOf } from "./problem-responses.ts";

const STATUSES = [400, 401, 404, 406, 426, 500, 502, 503, 504];

/** `GET` of a screen. */
export function screenOperation<Clients>(screen: AnyScreen<Clients>, about: AboutApp): JsonObject {
  const operationId = operationIdOf(screen.name);
  const answer = answerSchema(screen, about.version);
  return {
    operationId,
    summary: screen.summary,
    parameters: [...parametersOf(screen.path, about), IF_NONE_MATCH],
    responses: {
      200: {
        description: "The screen",
        headers: {
          ETag: text("A strong validator of the JSON; an answer with something in `degraded` has none"),
          "Cache-Control": text(
            "Kept by the client alone, and asked for again each time; degraded: not at all",
          ),
          "Server-Timing": text("An entry per section, and `total`, in milliseconds"),
        },
        content: {
          "application/json": { schema: answer, ...exampleOf(about.examples?.[operationId], answer) },
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
      ...problemsOf(statusesFor(STATUSES, about), about),
    },
  };
}

/** Only an app with released versions ever asks for an upgrade. */
export function statusesFor(statuses: readonly number[], { oldestVersion }: AboutApp): readonly number[] {
  return oldestVersion === undefined ? statuses.filter((status) => status !== 426) : statuses;
}

/** `home-page` as generators of clients like it: `homePage`. */
export function operationIdOf(name: string): string {
  return name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function text(description: string): JsonObject {
  return { description, schema: { type: "string" } };
}
