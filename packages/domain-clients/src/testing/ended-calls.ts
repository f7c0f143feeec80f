import { setImmediate as nextTurn } from "node:timers/promises";

/** Counts the calls that have ended, so that a test knows when only what hangs is left. */
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

  /**
   * Waits until so many have ended, and until what only waits for promises has followed from it.
   */
  async reach(count: number): Promise<void> {
    while (this.#count < count) {
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
    await nextTurn();
    await nextTurn();
  }
}
