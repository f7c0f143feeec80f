import { answers, FAULTS, hangs } from "@triptych/testing";
import type { Behaviour, Fault, MisbehavingUpstream } from "@triptych/testing";

/** What the design makes of a failure: in `degraded`, and where the section is required. */
export type Outcome = {
  readonly reason: "timeout" | "unavailable" | "invalid" | "rejected" | "overloaded";
  readonly code: string;
  readonly status: number;
};

const OUTCOMES = {
  timeout: { reason: "timeout", code: "upstream-timeout", status: 504 },
  unavailable: { reason: "unavailable", code: "upstream-unavailable", status: 503 },
  invalid: { reason: "invalid", code: "upstream-invalid", status: 502 },
  rejected: { reason: "rejected", code: "upstream-invalid", status: 502 },
} as const satisfies Record<Fault["kind"], Outcome>;

export type Failure = {
  readonly name: string;
  readonly outcome: Outcome;
  /** Makes the service fail so, everywhere or at one path. */
  readonly strike: (service: MisbehavingUpstream, at?: string) => Promise<void>;
};

function failure(name: string, behaviour: Behaviour, outcome: Outcome): Failure {
  return {
    name,
    outcome,
    strike: async (service, at) => service.behave(behaviour, at === undefined ? {} : { at }),
  };
}

function outcomeOf({ kind, status }: Fault): Outcome {
  if (status === 404) return { reason: "rejected", code: "not-found", status };
  return status === 409 ? { reason: "rejected", code: "conflict", status } : OUTCOMES[kind];
}

/** The one after which a test must let the deadline pass. */
export const HANGS = failure("hangs", hangs, OUTCOMES.timeout);

/** Every way in which a service can fail by itself, and what a screen then shows (the design). */
export const FAILURES: readonly Failure[] = [
  HANGS,
  { name: "is not there", outcome: OUTCOMES.unavailable, strike: (service) => service.close() },
  ...FAULTS.filter(({ inScreens }) => inScreens).map((fault) =>
    failure(`answers with ${fault.name}`, () => fault.behave, outcomeOf(fault)),
  ),
  failure("answers with no object", answers("text"), OUTCOMES.invalid),
  failure("answers without the required fields", answers({}), OUTCOMES.invalid),
];

/** Our own limit: more calls in flight than there is room for. */
export const OVERLOADED: Outcome = { reason: "overloaded", code: "overloaded", status: 503 };
