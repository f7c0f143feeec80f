/** The machine may hold a process up for longer than a deadline in some tries, never in all. */
const TRIES = 10;

/** What an answer has to show. */
type Answered = { readonly status: number; readonly text: string };

/** Whether something of a page came too late for its deadline, although nothing was told to be slow. */
function wasHeldUp({ status, text }: Answered): boolean {
  const isOverloaded = status === 503 && text.includes("/problems/overloaded");
  return status === 504 || isOverloaded || text.includes('"reason":"timeout"');
}

/**
 * Asks for what has nothing slow in it. On a busy machine an answer may be late for its deadline all the same, which says
 * something about the machine only: then it asks again.
 */
export async function unlessHeldUp<Answer extends Answered>(ask: () => Promise<Answer>): Promise<Answer> {
  let answer = await ask();
  for (let tries = 1; tries < TRIES && wasHeldUp(answer); tries += 1) answer = await ask();
  return answer;
}

/**
 * The same for a page that is looked at in pieces.
 *
 * @param look answers undefined where something came too late that nothing had told to be slow
 * @throws Error when it did each time
 */
export async function unlessLate<Seen>(look: () => Promise<Seen | undefined>): Promise<Seen> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const seen = await look();
    if (seen !== undefined) return seen;
  }
  throw new Error(`in ${TRIES} tries something of the page was late each time`);
}
