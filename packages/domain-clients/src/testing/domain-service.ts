import type { TestContext } from "node:test";
import { MisbehavingUpstream, jsonReply } from "@triptych/testing";
import type { Received } from "@triptych/testing";
import { CallScope, RequestContext, TimedDeadline, Upstream, systemClock } from "@triptych/upstream-client";
import type { UpstreamEvents } from "@triptych/upstream-client";

/** What the service answers: JSON with status 200, or with another one. */
export type Answer = { readonly status?: number; readonly body: unknown };

/** A real server and the upstream that calls it. Both are closed when the test ends. */
export type DomainService = {
  readonly upstream: Upstream;
  /** Every request so far. */
  readonly received: readonly Received[];
};

/** @param answer what to answer; a promise holds the answer back */
export async function domainService(
  t: TestContext,
  answer: (request: Received) => Answer | Promise<Answer>,
  events: UpstreamEvents = {},
): Promise<DomainService> {
  const server = await MisbehavingUpstream.open(async (request) => {
    const { status, body } = await answer(request);
    return jsonReply(body, status);
  });
  const dialect = { identity: "signed", formats: "enforce", retry: false } as const;
  const upstream = new Upstream({ name: "service", origin: server.origin, events, ...dialect });
  t.after(async () => {
    await upstream.close();
    await server.close();
  });
  return { upstream, received: server.received };
}

/** A scope of a new client request. The deadline is far away, and its timer stops with the test. */
export function scopeOf(t: TestContext, userId = "7"): CallScope {
  const clock = systemClock;
  const deadline = new TimedDeadline(clock, 30_000);
  t.after(() => deadline.dispose());
  const caller = { userId, requestId: "request-1", traceId: "a".repeat(32), traceFlags: "01" };
  return new CallScope(new RequestContext({ caller, deadline, clock, random: () => 0.5 }));
}

export const problem = (status: number): Answer => ({
  status,
  body: { type: "about:blank", title: "a problem", status },
});
