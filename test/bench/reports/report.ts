import type { Lab } from "../processes/lab.ts";
import type { Findings } from "../report/findings.ts";

/** One subject that `npm run bench` measures, with limits of its own. It starts what it needs in the lab, which ends it. */
export type Report = {
  readonly title: string;
  readonly run: (lab: Lab) => Promise<Reported>;
};

export type Reported = {
  readonly findings: Findings;
  /** What stood in for the services, for the environment's line. */
  readonly services: string;
};
