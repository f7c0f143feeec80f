import type { AppVersion } from "../definition/app-version.ts";
import type { Examples, JsonObject } from "./schemas.ts";

/** What a document says about its app that the screens do not know. */
export type AboutApp = {
  readonly title: string;
  /** The contract's version. With dated changes: the app version whose shapes are described. */
  readonly version: AppVersion;
  /** Where the screens are mounted: `/mobile`. */
  readonly prefix: string;
  /** The oldest app version that is still answered, if apps are released. */
  readonly oldestVersion?: AppVersion;
  /** Every problem that the app can answer, by its code. */
  readonly problems: Readonly<Record<string, { readonly status: number; readonly title: string }>>;
  /** Answers from a real run. */
  readonly examples?: Examples;
};

/** RFC 9457, section 3.1. Each response says which values of `type` it can have. */
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

/**
 * References to the responses of an operation's problems. Statuses that the app never answers are
 * left out, and so is 426 in an app without released versions.
 */
export function problemsOf(statuses: readonly number[], { problems, oldestVersion }: AboutApp): JsonObject {
  const known = new Set(Object.values(problems).map(({ status }) => status));
  if (oldestVersion === undefined) known.delete(426);
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
