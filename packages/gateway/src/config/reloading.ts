import type { Logger } from "@triptych/service-kit";

/** A value that is made anew when its sources change. */
export interface Reloading<Value> {
  readonly current: () => Value;
  /** Makes it anew; keeps the old one, and says so, where that fails. Never throws. */
  readonly reload: () => void;
}

/**
 * Each request takes the value once and works with it to its end, so no request sees half of the old and half of the
 * new one.
 *
 * @throws what `load` throws at the first time
 */
export function reloading<Value>(load: () => Value, logger: Logger): Reloading<Value> {
  let value = load();
  return {
    current: () => value,
    reload() {
      try {
        value = load();
        logger.info("keys, partners and contracts are read anew");
      } catch (error) {
        logger.error({ err: error }, "the changed files cannot be used, the old ones stay in force");
      }
    },
  };
}
