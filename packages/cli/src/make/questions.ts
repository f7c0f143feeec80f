import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import { Stopped, UsageError } from "./make-error.ts";

/** Where answers come from when the arguments leave something out. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
  /** Whether a person is there to answer. */
  readonly interactive: boolean;
  /** Aborted when the generator is to stop. */
  readonly signal: AbortSignal;
}

/** One thing that a generator needs to know. */
export interface Question<Answer> {
  /** As the usage names it: `<app>`. */
  readonly argument: string;
  /** What a person is asked. */
  readonly text: string;
  /** @throws UsageError that says what was expected */
  readonly read: (text: string) => Answer;
}

/**
 * The answer that stands in the arguments, else a person's. A person is asked again until the answer will do.
 *
 * @throws UsageError where it is wrong, or is missing and nobody is there to be asked
 */
export async function answer<Answer>(
  given: string | undefined,
  question: Question<Answer>,
  terminal: Terminal,
): Promise<Answer> {
  if (given !== undefined) return question.read(given);
  if (!terminal.interactive) throw new UsageError(`${question.argument} is missing`);
  for (;;) {
    const text = await ask(`${question.text}: `, terminal);
    try {
      return question.read(text.trim());
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      terminal.output.write(`${error.message}\n`);
    }
  }
}

async function ask(text: string, { input, output, signal }: Terminal): Promise<string> {
  const lines = createInterface({ input, output });
  const closed = new Promise<never>((_resolve, reject) => {
    // Ctrl-D and Ctrl-C: no answer is coming.
    lines.once("close", () => reject(new Stopped()));
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
