import { CONFINEMENT_SEEDS } from "./confinement.ts";
import { LIFETIME_SEEDS } from "./lifetime.ts";
import type { Seed } from "./seed.ts";

/** For each check of the manifests, a manifest that breaks it. */
export const SEEDS: readonly Seed[] = [...LIFETIME_SEEDS, ...CONFINEMENT_SEEDS];
