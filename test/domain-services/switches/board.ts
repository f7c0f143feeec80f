import { seededRandom } from "../seed/random.ts";
import { drawFault } from "./fault.ts";
import type { Fault } from "./fault.ts";
import type { Switches } from "./switches.ts";

/** The switches as they stand now. */
export interface SwitchBoard {
  show(): Switches;
  set(switches: Switches): void;
  /** What a call to `path` (without its query) suffers, or null where nothing is switched on for it. */
  draw(path: string): Fault | null;
}

/** A board with `initial` switches, to which nothing but the admin port has access. */
export function switchBoard(initial: Switches): SwitchBoard {
  let current = initial;
  let random = seededRandom(current.seed ?? 1);
  let left = current.times ?? Number.POSITIVE_INFINITY;
  return {
    show: () => current,
    set(switches) {
      current = switches;
      random = seededRandom(switches.seed ?? 1);
      left = switches.times ?? Number.POSITIVE_INFINITY;
    },
    draw(path) {
      if (left <= 0 || !isOn(current) || !isMeant(current, path)) return null;
      left -= 1;
      return drawFault(current, random);
    },
  };
}

const isOn = ({ delay, fail, hang, reset, break: how }: Switches): boolean =>
  delay !== undefined || fail !== undefined || hang !== undefined || reset !== undefined || how !== undefined;

const isMeant = ({ paths }: Switches, path: string): boolean =>
  paths === undefined || paths.some((prefix) => path.startsWith(prefix));
