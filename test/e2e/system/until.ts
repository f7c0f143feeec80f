import { setTimeout as pause } from "node:timers/promises";

const PAUSE_MS = 5;

/** Only so that a test which waits for nothing ends, ms. */
const GIVE_UP_MS = 20_000;

/**
 * Asks again and again until there is what is waited for.
 *
 * @throws Error naming what did not come
 */
export async function until<Found>(what: string, look: () => Promise<Found | undefined>): Promise<Found> {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > giveUpAt) throw new Error(`waited ${GIVE_UP_MS} ms for: ${what}`);
    await pause(PAUSE_MS);
  }
}
