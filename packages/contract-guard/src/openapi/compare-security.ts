import type { Finding } from "../finding.ts";
import { canonical, elementsOf, memberOf, membersOf, textOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { resolve } from "../schema/references.ts";
import type { Operation } from "./operations.ts";

/** What a scheme is, apart from what is said about it. */
const SAID = new Set(["description"]);

/**
 * A client keeps to one of the alternatives that it was given: each of them must still be enough. An alternative is a set of
 * schemes, each with scopes.
 */
export function compareSecurity(released: Operation, now: Operation): readonly Finding[] {
  const accepted = alternatives(now).map(demands);
  return alternatives(released)
    .filter((given) => {
      const shown = demands(given);
      return !accepted.some((asked) => asked.isSubsetOf(shown));
    })
    .map((given) => ({
      code: "security-changed",
      direction: "request",
      operation: released.name,
      part: "security",
      at: [],
      what: `${named(given.schemes)} is not enough now: ${alternatives(now)
        .map(({ schemes }) => named(schemes))
        .join(" or ")} is asked for`,
    }));
}

type Alternative = { readonly schemes: Json; readonly document: JsonObject };

function alternatives({ security, document }: Operation): readonly Alternative[] {
  const listed = elementsOf(security);
  return (listed.length === 0 ? [{}] : listed).map((schemes) => ({ schemes, document }));
}

/** Everything that must be shown, as texts that can be compared across documents. */
function demands({ schemes, document }: Alternative): ReadonlySet<string> {
  return new Set(
    membersOf(schemes).flatMap(([name, scopes]) => {
      const declared = memberOf(memberOf(document["components"], "securitySchemes"), name);
      // One that is declared nowhere is known by its name alone.
      const scheme =
        declared === undefined
          ? name
          : canonical(
              Object.fromEntries(
                membersOf(resolve(declared, document)).filter(([member]) => !SAID.has(member)),
              ),
            );
      return [scheme].concat(elementsOf(scopes).map((scope) => `${scheme} ${textOf(scope)}`));
    }),
  );
}

function named(schemes: Json): string {
  const names = membersOf(schemes).map(([name, scopes]) => {
    const asked = elementsOf(scopes).map(textOf);
    return asked.length === 0 ? name : `${name} (${asked.join(", ")})`;
  });
  return names.length === 0 ? "nothing" : names.join(" with ");
}
