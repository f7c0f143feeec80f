import { isOurBug, reasonOf, reasonOfKind } from "@triptych/screen";
import type { Degraded, ScreenReport, SectionFailure } from "@triptych/screen";
import type { StaleUse } from "@triptych/upstream-client";
import type { GraphQLResolveInfo } from "graphql";

/** A field of an answer, and of the schema. */
export interface Place {
  /** As the client wrote it, without list indices: `viewer.orders.edges.node.lines.product`. */
  readonly path: string;
  /** For metrics: `OrderLine.product`. A path may hold aliases, which clients choose freely. */
  readonly field: string;
}

/** The place of the field that a resolver fills. */
export function placeOf({ path, parentType, fieldName }: GraphQLResolveInfo): Place {
  const names: string[] = [];
  for (let step: GraphQLResolveInfo["path"] | undefined = path; step !== undefined; step = step.prev) {
    if (typeof step.key === "string") names.push(step.key);
  }
  return { path: names.toReversed().join("."), field: `${parentType.name}.${fieldName}` };
}

/** The path of a GraphQL error, written as a place's. */
export function pathOf(path: readonly (string | number)[]): string {
  return path.filter((key) => typeof key === "string").join(".");
}

/**
 * What is missing or old in one answer. A place is listed once, however many items of a list have
 * it: where the catalog fails, 200 order lines are one entry.
 */
export class Degradation {
  readonly #byPath = new Map<string, { readonly field: string; readonly entry: Degraded }>();
  readonly #failures = new Map<string, SectionFailure>();

  /** The place's service failed. */
  failed(place: Place, error: Error): void {
    this.#list(place, { section: place.path, reason: reasonOf(error) });
    const bug = isOurBug(error);
    this.#failures.set(`${place.field} ${error.message}`, { section: place.field, error, bug });
  }

  /** An older answer was used. */
  stale(place: Place, { kind, ageSeconds }: StaleUse): void {
    this.#list(place, { section: place.path, reason: reasonOfKind(kind), ageSeconds });
  }

  /** For the client, sorted by path: the order of the failures is random. */
  get entries(): readonly Degraded[] {
    const sorted = [...this.#byPath].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return sorted.map(([, { entry }]) => entry);
  }

  /** For the log, the metrics and the trace, by the schema's fields. */
  get report(): Pick<ScreenReport, "sections" | "failures"> {
    const byField = new Map(
      [...this.#byPath.values()].map(({ field, entry: { reason, ageSeconds } }) => [
        field,
        { section: field, outcome: ageSeconds === undefined ? "fallback" : "stale", reason } as const,
      ]),
    );
    return { sections: [...byField.values()], failures: [...this.#failures.values()] };
  }

  /** Keeps the worst entry of a place: a missing value, else the oldest one. */
  #list({ path, field }: Place, entry: Degraded): void {
    const listed = this.#byPath.get(path)?.entry;
    if (listed === undefined || worse(entry, listed)) this.#byPath.set(path, { field, entry });
  }
}

function worse(entry: Degraded, than: Degraded): boolean {
  if (than.ageSeconds === undefined) return false;
  return entry.ageSeconds === undefined || entry.ageSeconds > than.ageSeconds;
}
