import type { Clock } from "@triptych/service-kit";
import { Instance } from "./instance.ts";

/** The instances of one target, used in turn. */
export class Instances {
  readonly all: readonly Instance[];
  #turn = 0;

  /** @param origins `http://10.0.0.1:8101`, at least one */
  constructor(origins: readonly string[], clock: Clock) {
    this.all = origins.map((origin) => new Instance(origin, clock));
  }

  /** The instances in the order in which to try them: the next in turn first, those that are not fit last. */
  inTurn(): Instance[] {
    const first = this.#turn;
    this.#turn = (this.#turn + 1) % this.all.length;
    const ordered = [...this.all.slice(first), ...this.all.slice(0, first)];
    const fit = ordered.filter(({ isFit }) => isFit);
    return [...fit, ...ordered.filter((instance) => !fit.includes(instance))];
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(async (instance) => instance.close()));
  }
}
