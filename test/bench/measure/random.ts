import { seededRandom } from "../../domain-services/seed/random.ts";

/** Numbers in [0, 1), the same each time. */
export function seeded(seed: number): () => number {
  const source = seededRandom(seed);
  return () => source.next();
}
