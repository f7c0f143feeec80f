import { setTimeout as pause } from "node:timers/promises";

const PAUSE_MS = 5;

/** Only there to end a test that waits in vain, ms. */
const GIVE_UP_MS = 20_000;

/** A busy machine may delay a process beyond a deadline in some tries, but not in all. */
const TRIES = 10;

/**
 * Looks again and again until something is there.
 *
 * @param what is named in the error
 * @param look answers undefined as long as it is not there
 * @throws Error after 20 s
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

/** The parts of an answer that show whether something was late. */
type Answered = { readonly status: number; readonly text: string };

function wasHeldUp({ status, text }: Answered): boolean {
  const isOverloaded = status === 503 && text.includes("/problems/overloaded");
  return status === 504 || isOverloaded || text.includes('"reason":"timeout"');
}

/**
 * Asks for something that no test made slow. If the answer is late for a deadline all the same,
 * the machine is busy, and it asks again: ten times at most.
 */
export async function unlessHeldUp<Answer extends Answered>(ask: () => Promise<Answer>): Promise<Answer> {
  let answer = await ask();
  for (let tries = 1; tries < TRIES && wasHeldUp(answer); tries += 1) answer = await ask();
  return answer;
}

/** The same for an answer of a client package. */
export async function unlessSectionIsLate<Answer extends { readonly data?: unknown }>(
  ask: () => Promise<Answer>,
): Promise<Answer> {
  let answer = await ask();
  const isLate = (): boolean => /"reason":"timeout"/.test(JSON.stringify(answer.data) ?? "");
  for (let tries = 1; tries < TRIES && isLate(); tries += 1) answer = await ask();
  return answer;
}

/**
 * Looks at a page that arrives in pieces, and looks again if the machine made a piece late.
 *
 * @param look answers undefined where a piece was late that no test had made slow
 * @throws Error if a piece was late ten times
 */
export async function unlessLate<Seen>(look: () => Promise<Seen | undefined>): Promise<Seen> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const seen = await look();
    if (seen !== undefined) return seen;
  }
  throw new Error(`a piece of the page was late in each of ${TRIES} tries`);
}
