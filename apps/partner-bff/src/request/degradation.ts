import { isOurBug, reasonOf, reasonOfKind } from "@triptych/screen";
import type { Degraded, SectionFailure } from "@triptych/screen";
import type { StaleUse } from "@triptych/upstream-client";
import type { Place } from "./places.ts";

/**
 * What one answer has to own up to. A place is listed once, however many items of a list it stands in: where the catalog fails, 200
 * order lines are one entry.
 */
export class Degradation {
  readonly #byPath = new Map<string, { readonly field: string; readonly entry: Degraded }>();
  readonly #failures = new Map<string, SectionFailure>();

  /** The place's service failed. */
  failed(place: Place, error: unknown): void {
    this.#list(place, { section: place.path, reason: reasonOf(error) });
    const bug = isOurBug(error);
    const message = error instanceof Error ? error.message : String(error);
    this.#failures.set(`${place.field} ${message}`, { section: place.field, error, bug });
  }

  /** An older answer stands in. */
  stale(place: Place, { kind, ageSeconds }: StaleUse): void {
    this.#list(place, {
      section: place.path,
      reason: reasonOfKind(kind),
      ageSeconds,
    });
  }

  /** For the client: by the paths that it wrote, in their order and not that of the failures, which is by chance. */
  get entries(): readonly Degraded[] {
    const sorted = [...this.#byPath].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return sorted.map(([, { entry }]) => entry);
  }

  /** For the log and the metrics: by the schema's fields. */
  get report(): { readonly degraded: readonly Degraded[]; readonly failures: readonly SectionFailure[] } {
    const byField = new Map(
      [...this.#byPath.values()].map(({ field, entry }) => [field, { ...entry, section: field }]),
    );
    return { degraded: [...byField.values()], failures: [...this.#failures.values()] };
  }

  /** What is missing says more than what is old, and the oldest more than what is less old. */
  #list({ path, field }: Place, entry: Degraded): void {
    const listed = this.#byPath.get(path)?.entry;
    if (listed === undefined || worse(entry, listed)) this.#byPath.set(path, { field, entry });
  }
}

function worse(entry: Degraded, than: Degraded): boolean {
  if (than.ageSeconds === undefined) return false;
  return entry.ageSeconds === undefined || entry.ageSeconds > than.ageSeconds;
}
