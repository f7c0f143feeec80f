import { UpstreamError } from "@triptych/upstream-client";
import type { CallScope, FailureKind } from "@triptych/upstream-client";

/** What the sections of the tests' screens call. */
export type FakeClients = {
  readonly profile: () => Promise<{ readonly name: string }>;
  readonly orders: () => Promise<{ id: string }[]>;
};

/** What each call answers, for the scope of the section that makes it. One that the test leaves out must not be called. */
export type Answers = {
  readonly [Name in keyof FakeClients]?: (scope: CallScope) => ReturnType<FakeClients[Name]>;
};

export function fakeClients(answers: Answers): (scope: CallScope) => FakeClients {
  return (scope) => ({
    profile: () => (answers.profile ?? notGiven)(scope),
    orders: () => (answers.orders ?? notGiven)(scope),
  });
}

export function upstreamFailure(kind: FailureKind, status?: number): UpstreamError {
  return new UpstreamError({
    kind,
    status,
    upstream: "users",
    operation: "getMe",
    reason: "as the test wants it, at http://10.0.0.1:9001",
  });
}

/** An answer that never comes: it ends with its scope's deadline, as a real call does. */
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
