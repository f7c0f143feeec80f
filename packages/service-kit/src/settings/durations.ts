import { BadSetting, quoted, type Setting } from "./setting.ts";

/** Platforms kill what takes longer to end; with the drain after it this stays under a minute. */
const LONGEST_DRAIN_DELAY_MS = 30_000;

/**
 * How long a process that was told to stop still accepts connections, in milliseconds, while
 * `/readyz` answers 503: the time that load balancers need to notice. Default 0, which is right
 * where the platform itself waits before it sends the signal (Kubernetes: `preStop`).
 */
export function drainDelay(): Setting<number> {
  return {
    read(name, text) {
      const ms = text === undefined ? 0 : /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
      if (ms <= LONGEST_DRAIN_DELAY_MS) return ms;
      throw new BadSetting(
        `${name} is not a time: ${quoted(text ?? "")} (expected milliseconds from 0 to ${LONGEST_DRAIN_DELAY_MS}, for example 2000)`,
      );
    },
  };
}
