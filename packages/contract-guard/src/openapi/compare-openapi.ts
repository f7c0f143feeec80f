import type { Finding } from "../finding.ts";
import type { JsonObject } from "../json.ts";
import { compareAnswers } from "./compare-answers.ts";
import { compareRequests } from "./compare-requests.ts";
import { operationsOf } from "./operations.ts";

/**
 * What of an app's contract of now would break a client that was built against a released one. Both are OpenAPI 3.1 documents.
 * @param now as the app serves a client of that release: with the older shapes of its dated changes
 * @throws GuardError where one of the documents cannot be compared
 */
export function compareOpenApi(released: JsonObject, now: JsonObject): readonly Finding[] {
  const served = operationsOf(now);
  return [...operationsOf(released)].flatMap(([key, operation]) => {
    const own = served.get(key);
    if (own !== undefined) return compareRequests(operation, own).concat(compareAnswers(operation, own));
    return [
      {
        code: "operation-removed",
        direction: "request",
        operation: operation.name,
        part: "address",
        at: [],
        what: "is gone: it answers 404 or 405",
      },
    ] satisfies Finding[];
  });
}
