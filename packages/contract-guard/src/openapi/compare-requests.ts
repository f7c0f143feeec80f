import { collectFindings } from "../finding.ts";
import type { Finding } from "../finding.ts";
import { canonical, elementsOf, equal, memberOf, membersOf, textOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { schemaComparison } from "../schema/compare-schemas.ts";
import { annotation, changedDefault, resolve } from "../schema/references.ts";
import { mediaTypeIn, mediaTypes } from "./operations.ts";
import type { Operation } from "./operations.ts";

/** What a client of the released contract sends that the BFF would now refuse or misunderstand. */
export function compareRequests(released: Operation, now: Operation): readonly Finding[] {
  const found = collectFindings("request", released.name);
  const parties = { direction: "request", sender: released.document, reader: now.document } as const;
  const compare = (part: string, sent: Json | undefined, read: Json | undefined, asText = false): void =>
    found.addAll(part, schemaComparison({ ...parties, asText }).compare(sent ?? true, read ?? true));

  for (const server of released.servers) {
    if (!now.servers.includes(server))
      found.add("address", "address-changed", `is no longer served at ${server || "/"}`);
  }
  for (const [key, sent] of released.parameters) {
    const read = now.parameters.get(key);
    if (read === undefined) found.add(partOf(sent), "parameter-removed", "is ignored now");
    else compareParameter(partOf(sent), sent, read);
  }
  for (const [key, read] of now.parameters) {
    if (read["required"] === true && !released.parameters.has(key))
      found.add(partOf(read), "parameter-required", "must be sent now");
  }
  compareBodies();
  for (const what of lackingSecurity(released, now)) found.add("security", "security-changed", what);
  return found.all;

  function compareParameter(part: string, sent: JsonObject, read: JsonObject): void {
    const [before, after] = [spelling(sent), spelling(read)];
    for (const [name, value] of Object.entries(before)) {
      if (!equal(value, after[name]))
        found.add(part, "not-weighed", `its ${name} has changed: a released client writes it in the old way`);
    }
    if (read["required"] !== true) {
      const meant = annotation(sent["schema"], "default", released.document);
      const what = changedDefault(meant, annotation(read["schema"], "default", now.document));
      if (what !== undefined) found.add(part, "default-changed", what);
    } else if (sent["required"] !== true) {
      found.add(part, "parameter-required", "must be sent now");
    }
    if (sent["content"] === undefined || read["content"] === undefined)
      compare(part, sent["schema"], read["schema"], true);
    else compareContents(part, sent, read);
  }

  function compareBodies(): void {
    const { requestBody: sent } = released;
    const { requestBody: read } = now;
    if (read?.["required"] === true && sent?.["required"] !== true)
      found.add("body", "body-required", "must be sent now");
    if (sent !== undefined && read === undefined) found.add("body", "body-removed", "is ignored now");
    if (sent === undefined || read === undefined) return;
    compareContents("body", sent, read);
  }

  function compareContents(whose: string, sent: JsonObject, read: JsonObject): void {
    const taken = mediaTypes(read["content"]);
    for (const [type, { schema, encoding }] of mediaTypes(sent["content"])) {
      const part = `${whose} ${type}`;
      const own = mediaTypeIn(taken, type);
      if (own === undefined) {
        found.add(part, "media-type-removed", "is refused now");
        continue;
      }
      if (!equal(own.encoding, encoding)) found.add(part, "not-weighed", "its encoding has changed");
      compare(part, schema, own.schema);
    }
  }
}

/** How messages name a parameter: `query parameter sort`, `header X-App-Version`. */
function partOf({ in: place, name }: JsonObject): string {
  const kind = place === "header" || place === "cookie" ? place : `${textOf(place)} parameter`;
  return `${kind} ${textOf(name)}`;
}

/** How a parameter is written, with the defaults of OpenAPI 3.1, section 4.8.12. */
function spelling(parameter: JsonObject): Readonly<Record<string, Json | undefined>> {
  const { in: place, style: own, explode, allowReserved = false, content } = parameter;
  const written = content === undefined ? "a schema" : "content";
  const style = own ?? (place === "query" || place === "cookie" ? "form" : "simple");
  return { style, explode: explode ?? style === "form", allowReserved, written };
}

/**
 * Ways to show who asks that are no longer enough, in words. A contract lists alternatives, each a
 * set of schemes with scopes. A client uses one of them, so each must still be enough.
 */
function lackingSecurity(released: Operation, now: Operation): readonly string[] {
  const asked = alternatives(now);
  const demanded = asked.map((schemes) => demands(schemes, now.document));
  return alternatives(released)
    .filter((given) => {
      const shown = demands(given, released.document);
      return !demanded.some((demand) => demand.isSubsetOf(shown));
    })
    .map((given) => `${inWords(given)} is no longer enough: ${asked.map(inWords).join(" or ")} is asked for`);
}

function alternatives({ security }: Operation): readonly Json[] {
  const listed = elementsOf(security);
  return listed.length === 0 ? [{}] : listed;
}

/** Everything that a client must show, as texts that can be compared across documents. */
function demands(schemes: Json, document: JsonObject): ReadonlySet<string> {
  const all = memberOf(document["components"], "securitySchemes");
  return new Set(
    membersOf(schemes).flatMap(([name, scopes]) => {
      const members = membersOf(resolve(memberOf(all, name), document));
      const meaning = members.filter(([member]) => member !== "description");
      // A scheme that is declared nowhere is only known by its name.
      const scheme = memberOf(all, name) === undefined ? name : canonical(Object.fromEntries(meaning));
      return [scheme].concat(elementsOf(scopes).map((scope) => `${scheme} ${textOf(scope)}`));
    }),
  );
}

/** One alternative, as messages name it: `identity (orders) with key`. */
function inWords(schemes: Json): string {
  const names = membersOf(schemes).map(([name, scopes]) => {
    const listed = elementsOf(scopes).map(textOf);
    return listed.length === 0 ? name : `${name} (${listed.join(", ")})`;
  });
  return names.length === 0 ? "nothing" : names.join(" with ");
}
