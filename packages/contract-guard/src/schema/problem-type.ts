import type { Json } from "../json.ts";
import type { Comparison, Mismatch } from "./comparison.ts";
import { formsOf } from "./forms.ts";

/**
 * The `type` of a problem (RFC 9457). One more of them breaks nobody: a client that does not know it goes by the status, which
 * is why every operation also declares a problem of any type. One that another takes the place of was renamed, and whoever
 * waits for it waits in vain.
 */
export function problemType(sent: Json, read: Json, compared: Comparison): readonly Mismatch[] {
  const now = valuesOf(sent, compared.sender);
  const before = valuesOf(read, compared.reader);
  if (now === undefined || before === undefined) return [];
  const gone = before.filter((type) => !now.includes(type));
  const added = now.filter((type) => !before.includes(type));
  if (gone.length === 0 || added.length === 0) return [];
  return [{ code: "problem-renamed", at: [], what: `was ${gone.join(", ")}, is now ${added.join(", ")}` }];
}

function valuesOf(schema: Json, document: Comparison["sender"]): readonly string[] | undefined {
  const forms = formsOf(schema, document);
  if (forms.some(({ values }) => values === undefined)) return undefined;
  return forms.flatMap(({ values = [] }) => values.map(String));
}
