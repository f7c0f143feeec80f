import type { AnyCommand } from "../definition/command.ts";
import type { AboutApp } from "./about.ts";
import { answerSchema } from "./answer-schema.ts";
import { exampleOf } from "./examples.ts";
import { jsonSchema } from "./json-schema.ts";
import type { Json, JsonObject } from "./json-schema.ts";
import { IDEMPOTENCY_KEY, idempotencyKey, parametersOf } from "./parameters.ts";
import { problemsOf } from "./problem-responses.ts";
import { operationIdOf, statusesFor } from "./screen-operation.ts";

const STATUSES = [400, 401, 404, 406, 409, 413, 415, 426, 500, 502, 503, 504];
const STATUSES_WITH_FORMS = [...STATUSES, 403].toSorted((a, b) => a - b);

/** `POST` of a command. */
export function commandOperation<Clients>(command: AnyCommand<Clients>, about: AboutApp): JsonObject {
  const operationId = operationIdOf(command.name);
  const answer = answerSchema(command.answer.screen, about.version);
  const takesForms = command.redirectTo !== undefined;
  const body = jsonSchema(command.body);
  const statuses = takesForms ? STATUSES_WITH_FORMS : STATUSES;
  return {
    operationId,
    summary: command.summary,
    parameters: [...parametersOf(command.path, about), idempotencyKey(!takesForms)],
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
          "application/json": { schema: answer, ...exampleOf(about.examples?.[operationId], answer) },
        },
      },
      ...(takesForms ? { 303: { description: "To a form: the screen is at Location" } } : {}),
      ...problemsOf(statusesFor(statuses, about), about),
    },
  };
}

/** The body's fields, and what a page puts into its form besides. */
function formSchema(body: Json): JsonObject {
  return {
    allOf: [
      withoutClosing(body),
      {
        type: "object",
        required: ["token", "idempotencyKey"],
        properties: {
          token: { type: "string", description: "From the page that shows the form" },
          idempotencyKey: IDEMPOTENCY_KEY,
        },
      },
    ],
  };
}

/** In `allOf`, each member sees the other's fields: neither may refuse them. */
function withoutClosing(schema: Json): Json {
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== "additionalProperties"));
}
