import { createHash } from "node:crypto";

/** `count` of the items, chosen at random: the same seed chooses the same. */
export function sample(items: readonly string[], count: number, seed: string): readonly string[] {
  const lot = (item: string): string => createHash("sha256").update(`${seed} ${item}`).digest("hex");
  return items
    .map((item) => ({ item, lot: lot(item) }))
    .toSorted((a, b) => (a.lot < b.lot ? -1 : 1))
    .slice(0, count)
    .map(({ item }) => item);
}
