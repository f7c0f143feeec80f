/** The versions of the recommendations service: the new one is tried first. */
export type Version = "v2" | "v1";

/** What a request started from; compared by identity, so that two memories of the same version are still two. */
export type Memory = { readonly version: Version };

/**
 * Which version the service serves, as far as this process knows; shared by its requests.
 *
 * A request that finds out otherwise says what it started from: if another has found out in the meantime, its older
 * knowledge changes nothing, so requests that overlap do not undo each other's.
 */
export class ServedVersion {
  #memory: Memory = { version: "v2" };

  get memory(): Memory {
    return this.#memory;
  }

  foundOut(version: Version, startedFrom: Memory): void {
    if (this.#memory === startedFrom) this.#memory = { version };
  }
}
