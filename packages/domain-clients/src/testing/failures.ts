import { BREAKS_CONTRACT, cutsBody, fails, hangs, resets } from "./behaviours.ts";
import type { StubService } from "./stub-service.ts";

/** What the design makes of a failure: in `degraded`, and where the section is required. */
export type Outcome = {
  readonly reason: "timeout" | "unavailable" | "invalid" | "rejected" | "overloaded";
  readonly code: string;
  readonly status: number;
};

const UNAVAILABLE: Outcome = { reason: "unavailable", code: "upstream-unavailable", status: 503 };
const TIMEOUT: Outcome = { reason: "timeout", code: "upstream-timeout", status: 504 };
const INVALID: Outcome = { reason: "invalid", code: "upstream-invalid", status: 502 };
const REFUSED: Outcome = { reason: "rejected", code: "upstream-invalid", status: 502 };

export type Failure = {
  readonly name: string;
  readonly outcome: Outcome;
  /** Makes the service fail so, everywhere or at one path. */
  readonly strike: (service: StubService, at?: string) => Promise<void>;
};

function failure(name: string, behaviour: Parameters<StubService["behave"]>[0], outcome: Outcome): Failure {
  return {
    name,
    outcome,
    strike: async (service, at) => service.behave(behaviour, at === undefined ? {} : { at }),
  };
}

/** The one after which a test must let the deadline pass. */
export const HANGS = failure("hangs", hangs, TIMEOUT);

/** Every way in which a service can fail by itself, and what is to become of it: the table of the design. */
export const FAILURES: readonly Failure[] = [
  HANGS,
  failure("resets the connection", resets, UNAVAILABLE),
  failure("cuts its answer", cutsBody, UNAVAILABLE),
  failure("fails with 500", fails(500), UNAVAILABLE),
  failure("fails with 503", fails(503), UNAVAILABLE),
  { name: "is not there", outcome: UNAVAILABLE, strike: (service) => service.close() },
  ...Object.entries(BREAKS_CONTRACT).map(([name, behaviour]) =>
    failure(`breaks its contract: ${name}`, behaviour, INVALID),
  ),
  failure("refuses with 400", fails(400), REFUSED),
  failure("refuses with 403", fails(403), REFUSED),
  failure("refuses with 404", fails(404), { reason: "rejected", code: "not-found", status: 404 }),
  failure("refuses with 409", fails(409), { reason: "rejected", code: "conflict", status: 409 }),
  failure("refuses with 429", fails(429), REFUSED),
];

/** Our own limit: more calls under way than there is room for. */
export const OVERLOADED: Outcome = { reason: "overloaded", code: "overloaded", status: 503 };
