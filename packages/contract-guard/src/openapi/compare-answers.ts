import type { Finding, FindingCode } from "../finding.ts";
import type { JsonObject } from "../json.ts";
import { compareSchemas } from "../schema/compare-schemas.ts";
import { comparison } from "../schema/comparison.ts";
import { mediaTypes } from "./media-types.ts";
import { namedObjects } from "./operations.ts";
import type { Operation } from "./operations.ts";

/** Answers that a client waits for: success, and redirects that it follows. Who waits for an error is glad to get none. */
const AWAITED = /^(?:2..|30[12378]|3XX)$/;

const PROBLEM = "application/problem+json";

/** What the BFF of now answers, and a client of the released contract would not understand, or wait for in vain. */
export function compareAnswers(released: Operation, now: Operation): readonly Finding[] {
  const all: Finding[] = [];
  const found = (part: string, code: FindingCode, what: string, at: readonly string[] = []): void =>
    void all.push({ code, direction: "answer", operation: released.name, part, at, what });

  for (const [status, sent] of now.responses) {
    const read = declared(status, released);
    const part = `answer ${status}`;
    if (read === undefined) found(part, "status-added", "may come now, and was not declared");
    else compareContents(part, sent, read);
  }
  for (const [status, read] of released.responses) {
    const part = `answer ${status}`;
    const sent = now.responses.get(status);
    if (sent !== undefined) compareHeaders(part, sent, read);
    else if (AWAITED.test(status)) found(part, "status-removed", "never comes now");
  }
  return all;

  function compareContents(part: string, sent: JsonObject, read: JsonObject): void {
    const own = mediaTypes(sent["content"]);
    for (const [type, { schema }] of mediaTypes(read["content"])) {
      const sentType = own.get(type);
      if (sentType === undefined) {
        const instead = own.size === 0 ? "no body comes" : `${[...own.keys()].join(", ")} comes`;
        found(`${part}, ${type}`, "media-type-removed", `is not to be had: ${instead}`);
        continue;
      }
      compare(`${part}, ${type}`, sentType.schema, schema, type === PROBLEM);
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
        found(place, "header-removed", "is gone");
        continue;
      }
      if (header["required"] === true && sentHeader["required"] !== true)
        found(place, "header-optional", "may now be missing");
      compare(place, sentHeader["schema"] ?? true, header["schema"] ?? true, false);
    }
  }

  function compare(part: string, sent: JsonObject[string], read: JsonObject[string], problem: boolean): void {
    const compared = comparison({
      direction: "answer",
      sender: now.document,
      reader: released.document,
      problem,
    });
    for (const { code, what, at } of compareSchemas(sent, read, compared)) found(part, code, what, at);
  }
}

/** OpenAPI 3.1, section 4.8.16: a status itself, else its class, else `default`. */
function declared(status: string, { responses }: Operation): JsonObject | undefined {
  return responses.get(status) ?? responses.get(`${status.slice(0, 1)}XX`) ?? responses.get("default");
}
