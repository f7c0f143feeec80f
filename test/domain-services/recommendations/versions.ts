import { invalidRequest } from "../http/problem.ts";
import { json } from "../http/reply.ts";
import type { Route } from "../http/router.ts";
import { SettingError } from "../process/setting-error.ts";

/** A version of the recommendations' contract: 1 is `/recommendations`, 2 is `/recs/v2`. */
export type Version = 1 | 2;

/** Which versions are served now. */
export interface ServedVersions {
  has(version: Version): boolean;
  list(): Version[];
  set(versions: readonly Version[]): void;
  /** Back to what the process was started with. */
  reset(): void;
}

/** Versions that start as the process was told. */
export function servedVersions(initial: readonly Version[]): ServedVersions {
  let served = new Set(initial);
  return {
    has: (version) => served.has(version),
    list: () => [...served].toSorted((a, b) => a - b),
    set(versions) {
      served = new Set(versions);
    },
    reset() {
      served = new Set(initial);
    },
  };
}

/** `RECOMMENDATIONS_VERSIONS`: "1,2" (also where it is not set), "1" or "2". @throws SettingError for anything else. */
export function readVersions(value: string | undefined): Version[] {
  const versions = (value ?? "1,2").split(",").map((part) => Number(part.trim()));
  if (versions.every(isVersion)) return versions;
  throw new SettingError("RECOMMENDATIONS_VERSIONS", `must be 1,2 or 1 or 2, got '${value}'`);
}

/** `/versions` on the admin port: `{"served":[1,2]}`. */
export function versionRoutes(versions: ServedVersions): Route[] {
  const show = (): ReturnType<typeof json> => json({ served: versions.list() });
  return [
    { method: "GET", path: "/versions", answer: show },
    {
      method: "PUT",
      path: "/versions",
      async answer(request) {
        versions.set(servedOf(await request.json()));
        return show();
      },
    },
    {
      method: "DELETE",
      path: "/versions",
      answer() {
        versions.reset();
        return show();
      },
    },
  ];
}

function servedOf(body: unknown): Version[] {
  if (typeof body === "object" && body !== null && "served" in body && Array.isArray(body.served)) {
    const served: unknown[] = body.served;
    if (served.length > 0 && served.every(isVersion)) return served;
  }
  throw invalidRequest('The body must be {"served":[1,2]}, with [1] or [2] for one alone.');
}

function isVersion(value: unknown): value is Version {
  return value === 1 || value === 2;
}
