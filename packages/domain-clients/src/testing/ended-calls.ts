import { setImmediate as nextTurn } from "node:timers/promises";

/** Counts the calls of services that have ended, so that a test knows when nothing is left but what hangs. */
export class EndedCalls {
  #count = 0;
  #watchers: (() => void)[] = [];

  get count(): number {
    return this.#count;
  }

  add(): void {
    this.#count += 1;
    for (const wake of this.#watchers.splice(0)) wake();
  }

  /** Fulfilled once so many have ended, and what follows from the last has been done: it waits for promises alone. */
  async reach(count: number): Promise<void> {
    while (this.#count < count) {
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
    await nextTurn();
    await nextTurn();
  }
}
