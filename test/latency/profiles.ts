/** A network between a browser and the site. */
export type Profile = {
  readonly name: "broadband" | "4G" | "slow 3G";
  /** The way there and back, ms. */
  readonly roundTripMs: number;
  readonly downKbps: number;
  readonly upKbps: number;
  /** How often each load is measured; those that take seconds differ little from each other. */
  readonly repeats: number;
  readonly quickRepeats: number;
};

/** WebPageTest's connectivity profiles (`connectivity.ini`): Cable, 4G and 3G Slow. */
export const PROFILES: readonly Profile[] = [
  { name: "broadband", roundTripMs: 28, downKbps: 5_000, upKbps: 1_000, repeats: 30, quickRepeats: 5 },
  { name: "4G", roundTripMs: 170, downKbps: 9_000, upKbps: 9_000, repeats: 16, quickRepeats: 3 },
  { name: "slow 3G", roundTripMs: 400, downKbps: 400, upKbps: 400, repeats: 9, quickRepeats: 1 },
];
