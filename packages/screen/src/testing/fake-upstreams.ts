import { UpstreamError } from "@triptych/upstream-client";
import type { CallScope, FailureKind } from "@triptych/upstream-client";

/** What the sections of the tests' screens call. */
export type FakeClients = {
  readonly profile: () => Promise<{ readonly name: string }>;
  readonly orders: () => Promise<{ id: string }[]>;
  readonly rename: (userId: string, name: string, key: string) => Promise<{ readonly name: string }>;
};

/** What each call answers. A call that the test leaves out must not be made. */
export type Answers = {
  readonly [Name in keyof FakeClients]?: (
    scope: CallScope,
    ...args: Parameters<FakeClients[Name]>
  ) => ReturnType<FakeClients[Name]>;
};

/** The clients that give these answers. */
export function fakeClients(answers: Answers): (scope: CallScope) => FakeClients {
  return (scope) => ({
    profile: () => (answers.profile ?? notGiven)(scope),
    orders: () => (answers.orders ?? notGiven)(scope),
    rename: (...args) => (answers.rename ?? notGiven)(scope, ...args),
  });
}

/** A failure of the users service. */
export function upstreamFailure(kind: FailureKind, status?: number): UpstreamError {
  return new UpstreamError({
    kind,
    status,
    upstream: "users",
    operation: "getMe",
    reason: "as the test wants it, at http://10.0.0.1:9001",
  });
}

/** A call without an answer. It ends with its scope's deadline, as a real call does. */
export function hangs(scope: CallScope): Promise<never> {
  return new Promise((_, reject) => {
    scope.deadline.add({
      onEnd: (cause) => reject(upstreamFailure(cause === "deadline" ? "timeout" : "abandoned")),
    });
  });
}

function notGiven(): Promise<never> {
  return Promise.reject(new TypeError("the test gave no answer for this call"));
}

/** A call without an answer, and what ended it. */
export function watchedHang() {
  let started = false;
  let cause: string | undefined;
  return {
    started: () => started,
    endedBy: () => cause,
    answer: (scope: CallScope) => {
      started = true;
      scope.deadline.add({ onEnd: (ended) => (cause = ended) });
      return hangs(scope);
    },
  };
}

/**
 * Lets the event loop turn until `condition` holds. It gives up after far more turns than a request
 * needs.
 */
export async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; turns < 100_000; turns += 1) {
    if (condition()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error("the condition never held");
}
