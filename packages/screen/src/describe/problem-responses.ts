import type { AboutApp } from "./about.ts";
import type { JsonObject } from "./json-schema.ts";

/** RFC 9457, section 3.1; which `type` can stand there, the response of each status says. */
export const PROBLEM_SCHEMA: JsonObject = {
  type: "object",
  required: ["type", "title", "status", "detail", "instance"],
  properties: {
    type: { type: "string", format: "uri-reference", description: "/problems/<code>" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string", description: "One sentence for whoever builds the client" },
    instance: { type: "string", description: "The request's id, as in the log" },
    section: { type: "string", description: "The section without which there is no screen" },
    upstream: { type: "string", description: "The service that failed" },
  },
};

/** The responses that operations refer to, by their names in the document. */
export function problemResponses(operations: readonly JsonObject[], { problems }: AboutApp): JsonObject {
  const used = new Set(operations.flatMap(({ responses }) => Object.keys(responses ?? {}).map(Number)));
  const statuses = [...new Set(Object.values(problems).map(({ status }) => status))]
    .filter((status) => used.has(status))
    .toSorted((a, b) => a - b);
  return Object.fromEntries(statuses.map((status) => [nameOf(status), response(status, problems)]));
}

/** References to the responses of those statuses, and to what any other answer is. */
export function problemsOf(statuses: readonly number[], { problems }: AboutApp): JsonObject {
  const known = new Set(Object.values(problems).map(({ status }) => status));
  const references = statuses
    .filter((status) => known.has(status))
    .map((status) => [String(status), { $ref: `#/components/responses/${nameOf(status)}` }] as const);
  return Object.fromEntries([...references, ["default", OTHER_PROBLEM]]);
}

const OTHER_PROBLEM: JsonObject = {
  description: "Any other problem",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

function response(status: number, problems: AboutApp["problems"]): JsonObject {
  const ofStatus = Object.entries(problems).filter(([, problem]) => problem.status === status);
  const schema = {
    allOf: [
      { $ref: "#/components/schemas/Problem" },
      {
        properties: {
          type: { enum: ofStatus.map(([code]) => `/problems/${code}`) },
          status: { const: status },
        },
      },
    ],
  };
  const retry = {
    "Retry-After": { description: "In how many seconds to try again", schema: { type: "integer" } },
  };
  return {
    description: ofStatus.map(([, { title }]) => title).join("; "),
    ...(status === 503 ? { headers: retry } : {}),
    content: { "application/problem+json": { schema } },
  };
}

function nameOf(status: number): string {
  return `Problem${status}`;
}
