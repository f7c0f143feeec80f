import { createInterface } from "node:readline/promises";
import { UsageError } from "../command-line.ts";
import type { Terminal } from "../command-line.ts";
import { Stopped } from "../processes.ts";
import type { Workshop } from "./run-maker.ts";

/** One thing that a generator needs to know. */
export interface Question<Answer> {
  /** As the usage names it: `<app>`. */
  readonly argument: string;
  /** What a person is asked. */
  readonly text: string;
  /** @throws UsageError that says what was expected */
  readonly read: (text: string) => Answer | Promise<Answer>;
}

/**
 * The answer in the arguments, else a person's, who is asked until it can be used.
 *
 * @throws UsageError where the argument is wrong, or is missing and no person is at the terminal
 */
export async function answer<Answer>(
  given: string | undefined,
  question: Question<Answer>,
  { terminal, signal }: Pick<Workshop, "terminal" | "signal">,
): Promise<Answer> {
  if (given !== undefined) return question.read(given);
  if (!terminal.interactive) throw new UsageError(`${question.argument} is missing`);
  for (;;) {
    const text = await ask(`${question.text}: `, terminal, signal);
    try {
      return await question.read(text.trim());
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      terminal.output.write(`${error.message}\n`);
    }
  }
}

async function ask(text: string, { input, output }: Terminal, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input, output });
  const closed = new Promise<never>((_resolve, reject) => {
    // Ctrl-D and Ctrl-C: no answer is coming.
    lines.once("close", () => reject(new Stopped("stopped: nothing was made")));
    lines.once("SIGINT", () => lines.close());
  });
  const close = (): void => lines.close();
  signal.addEventListener("abort", close);
  try {
    return await Promise.race([lines.question(text), closed]);
  } finally {
    signal.removeEventListener("abort", close);
    closed.catch(() => {});
    lines.close();
  }
}
