import type { FailureKind } from "./errors.ts";

/** One exchange with an upstream has ended. */
export type AttemptEvent = {
  readonly upstream: string;
  readonly operation: string;
  readonly outcome: "ok" | FailureKind;
  readonly status: number | undefined;
  readonly durationMs: number;
};

/** An enum had a value that the contract does not list. `field` is a path of names, without indices. */
export type UnknownValueEvent = {
  readonly upstream: string;
  readonly operation: string;
  readonly field: string;
};

/** What an upstream tells whoever measures it. Listeners must not throw and must be quick: they run inside the call. */
export interface UpstreamEvents {
  attempt?(event: AttemptEvent): void;
  unknownValue?(event: UnknownValueEvent): void;
}
