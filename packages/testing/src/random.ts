/**
 * Numbers in [0, 1) that look random and are the same for the same seed: mulberry32 (Tommy
 * Ettinger, public domain).
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Always the same number: 0 for the shortest jitter, 0.5 for the middle. */
export function constantRandom(value: number): () => number {
  return () => value;
}
