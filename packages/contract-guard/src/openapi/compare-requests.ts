import type { Finding, FindingCode } from "../finding.ts";
import { equal, textOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { annotation, changedDefault } from "../schema/annotation.ts";
import { compareSchemas } from "../schema/compare-schemas.ts";
import { comparison } from "../schema/comparison.ts";
import { compareSecurity } from "./compare-security.ts";
import { mediaTypes } from "./media-types.ts";
import type { Operation } from "./operations.ts";

/** How a parameter is written, beside its schema. */
const WRITTEN = ["style", "explode", "allowReserved", "content"] as const;

/** What a client of the released contract sends, and the BFF of now would refuse or take for something else. */
export function compareRequests(released: Operation, now: Operation): readonly Finding[] {
  const found = (part: string, code: FindingCode, what: string, at: readonly string[] = []): Finding => ({
    code,
    direction: "request",
    operation: released.name,
    part,
    at,
    what,
  });
  const schemas = (part: string, sent: Json, read: Json): readonly Finding[] =>
    compareSchemas(
      sent,
      read,
      comparison({ direction: "request", sender: released.document, reader: now.document, problem: false }),
    ).map(({ code, what, at }) => found(part, code, what, at));

  return [...addressFindings(), ...parameterFindings(), ...bodyFindings(), ...compareSecurity(released, now)];

  function addressFindings(): readonly Finding[] {
    return released.servers
      .filter((server) => !now.servers.includes(server))
      .map((server) => found("address", "address-changed", `is no longer served at ${server || "/"}`));
  }

  function parameterFindings(): readonly Finding[] {
    const all: Finding[] = [];
    for (const [key, sent] of released.parameters) {
      const read = now.parameters.get(key);
      if (read === undefined) all.push(found(partOf(sent), "parameter-removed", "is ignored now"));
      else all.push(...parameter(sent, read));
    }
    for (const [key, read] of now.parameters) {
      if (read["required"] === true && !released.parameters.has(key))
        all.push(found(partOf(read), "parameter-required", "must be sent now"));
    }
    return all;
  }

  function parameter(sent: JsonObject, read: JsonObject): readonly Finding[] {
    const part = partOf(sent);
    const [before, after] = [written(sent), written(read)];
    const all = WRITTEN.filter((name) => !equal(before[name], after[name])).map((name) =>
      found(part, "not-weighed", `its ${name} has changed: a released client writes it in the old way`),
    );
    if (read["required"] === true && sent["required"] !== true)
      all.push(found(part, "parameter-required", "must be sent now"));
    const what = changedDefault(
      annotation(sent["schema"], "default", released.document),
      annotation(read["schema"], "default", now.document),
    );
    if (read["required"] !== true && what !== undefined) all.push(found(part, "default-changed", what));
    return [...all, ...schemas(part, sent["schema"] ?? true, read["schema"] ?? true)];
  }

  function bodyFindings(): readonly Finding[] {
    const { requestBody: sent } = released;
    const { requestBody: read } = now;
    if (sent === undefined)
      return read?.["required"] === true ? [found("body", "body-required", "must be sent now")] : [];
    if (read === undefined) return [found("body", "body-removed", "is ignored now")];
    const all: Finding[] = [];
    if (read["required"] === true && sent["required"] !== true)
      all.push(found("body", "body-required", "must be sent now"));
    const taken = mediaTypes(read["content"]);
    for (const [type, { schema, encoding }] of mediaTypes(sent["content"])) {
      const part = `body ${type}`;
      const own = taken.get(type);
      if (own === undefined) {
        all.push(found(part, "media-type-removed", "is refused now"));
        continue;
      }
      if (!equal(own.encoding, encoding)) all.push(found(part, "not-weighed", "its encoding has changed"));
      all.push(...schemas(part, schema, own.schema));
    }
    return all;
  }
}

function partOf({ in: place, name }: JsonObject): string {
  const kind = place === "header" || place === "cookie" ? place : `${textOf(place)} parameter`;
  return `${kind} ${textOf(name)}`;
}

/** How a parameter is written, whether it says so or leaves it to the defaults (OpenAPI 3.1, section 4.8.12). */
function written(parameter: JsonObject): Readonly<Record<(typeof WRITTEN)[number], Json | undefined>> {
  const { in: place, style: own, explode, allowReserved = false, content } = parameter;
  const style = own ?? (place === "query" || place === "cookie" ? "form" : "simple");
  return { style, explode: explode ?? style === "form", allowReserved, content };
}
