import { collectFindings } from "../finding.ts";
import type { Finding } from "../finding.ts";
import type { Json, JsonObject } from "../json.ts";
import { schemaComparison } from "../schema/compare-schemas.ts";
import { compareRequests } from "./compare-requests.ts";
import { mediaTypeIn, mediaTypes, namedObjects, operationsOf } from "./operations.ts";
import type { Operation } from "./operations.ts";

/** Answers that a client waits for: successes, and redirects that it follows. */
const AWAITED = /^(?:2..|30[12378]|3XX)$/;

const PROBLEM = "application/problem+json";

/**
 * What would break a client that was built against a released contract. Both are OpenAPI 3.1.
 * @param now as the app serves a client of that release: with the older shapes of its dated changes
 * @throws GuardError where one of the documents cannot be compared
 */
export function compareOpenApi(released: JsonObject, now: JsonObject): readonly Finding[] {
  const served = operationsOf(now);
  return [...operationsOf(released)].flatMap(([key, operation]) => {
    const own = served.get(key);
    if (own !== undefined) return compareRequests(operation, own).concat(compareAnswers(operation, own));
    const found = collectFindings("request", operation.name);
    found.add("address", "operation-removed", "is gone: it answers 404 or 405");
    return found.all;
  });
}

/** What the BFF answers now that a client would not understand, or no longer get. */
function compareAnswers(released: Operation, now: Operation): readonly Finding[] {
  const found = collectFindings("answer", released.name, now.screen);
  const parties = { direction: "answer", sender: now.document, reader: released.document } as const;
  const compare = (part: string, sent: Json | undefined, read: Json | undefined, problem = false): void =>
    found.addAll(part, schemaComparison({ ...parties, problem }).compare(sent ?? true, read ?? true));

  // A status may be described itself on one side, and by its class or `default` on the other.
  for (const status of new Set([...now.responses.keys(), ...released.responses.keys()])) {
    const part = `answer ${status}`;
    const [sent, read] = [declared(status, now), declared(status, released)];
    if (read === undefined) {
      if (!replacesError(status, released, now))
        found.add(part, "status-added", "may come now, and was not declared");
    } else if (AWAITED.test(status) && !comes(status, now))
      found.add(part, "status-removed", "never comes now");
    else if (sent !== undefined) {
      compareContents(part, sent, read);
      compareHeaders(part, sent, read);
    }
  }
  return found.all;

  function compareContents(part: string, sent: JsonObject, read: JsonObject): void {
    const own = mediaTypes(sent["content"]);
    const instead = own.size === 0 ? "no body comes" : `${[...own.keys()].join(", ")} comes`;
    for (const [type, { schema }] of mediaTypes(read["content"])) {
      const place = `${part}, ${type}`;
      const range = new Map([[type, true]]);
      const inRange = [...own].filter(([ownType]) => mediaTypeIn(range, ownType) === true);
      if (inRange.length === 0) found.add(place, "media-type-removed", `is gone: ${instead} instead`);
      for (const [, sentType] of inRange) compare(place, sentType.schema, schema, type === PROBLEM);
    }
  }

  function compareHeaders(part: string, sent: JsonObject, read: JsonObject): void {
    const own = new Map(
      [...namedObjects(sent["headers"], now.document)].map(([name, header]) => [name.toLowerCase(), header]),
    );
    for (const [name, header] of namedObjects(read["headers"], released.document)) {
      const place = `${part}, header ${name}`;
      const sentHeader = own.get(name.toLowerCase());
      if (sentHeader === undefined) {
        found.add(place, "header-removed", "is gone");
        continue;
      }
      if (header["required"] === true && sentHeader["required"] !== true)
        found.add(place, "header-optional", "may now be missing");
      if ((header["content"] === undefined) !== (sentHeader["content"] === undefined))
        found.add(place, "not-weighed", "it is written in another way now: leave it");
      else if (header["content"] === undefined) compare(place, sentHeader["schema"], header["schema"]);
      else compareContents(place, sentHeader, header);
    }
  }
}

/** Whether a success comes: `default` promises none. Of the class `2XX`, one status is enough. */
function comes(status: string, { responses }: Operation): boolean {
  const hundred = status.slice(0, 1);
  if (status.endsWith("XX")) return [...responses.keys()].some((one) => one.startsWith(hundred));
  return responses.has(status) || responses.has(`${hundred}XX`);
}

/**
 * Whether it is a `default` that now describes a released error, and is compared as that error is.
 * Other statuses may then come too, but in a form that the client reads.
 */
function replacesError(status: string, released: Operation, now: Operation): boolean {
  if (status !== "default") return false;
  const own = (one: string): boolean => now.responses.has(one) || now.responses.has(`${one.slice(0, 1)}XX`);
  return [...released.responses.keys()].some((one) => !AWAITED.test(one) && !own(one));
}

/** OpenAPI 3.1, section 4.8.16: a status itself, else its class, else `default`. */
function declared(status: string, { responses }: Operation): JsonObject | undefined {
  return responses.get(status) ?? responses.get(`${status.slice(0, 1)}XX`) ?? responses.get("default");
}
