import { CallScope, RequestContext, TimedDeadline, Upstream, systemClock } from "@triptych/upstream-client";
import type { Operation } from "@triptych/upstream-client";
import { WRAPPER_NAMES, makeCall, makeOperation, partialStack } from "@triptych/upstream-client/testing";
import { Pool, request } from "undici";

export type Contender = {
  readonly name: string;
  /** Makes the calls of one screen: as many as `CALLS_PER_SCREEN`, at once. */
  readonly screen: (serial: number) => Promise<unknown>;
  readonly close: () => Promise<void>;
};

/** What a home page asks for. */
export const CALLS_PER_SCREEN = 4;

const caller = {
  userId: "1042",
  requestId: "0198f3c2-7a51-7c1e-9d5e-3f1f6a2b4c5d",
  txnToken: `eyJ0eXAiOiJ0eG50b2tlbitqd3QifQ.${"a".repeat(300)}.${"b".repeat(86)}`,
  traceId: "0af7651916cd43dd8448eb211c80319c",
  traceFlags: "01",
};

function newRequest() {
  const deadline = new TimedDeadline(systemClock, 800);
  const context = new RequestContext({ caller, deadline, clock: systemClock, random: Math.random });
  return { context, deadline };
}

function targets(serial: number): string[] {
  return Array.from({ length: CALLS_PER_SCREEN }, (_, index) => `/things/${serial}-${index}`);
}

/** The same request and the same parsing, with nothing around it. */
export function bare(origin: string): Contender {
  const dispatcher = new Pool(origin, { pipelining: 1 });
  const headers = {
    accept: "application/json",
    "x-user-id": caller.userId,
    "x-request-id": caller.requestId,
    "txn-token": caller.txnToken,
    traceparent: `00-${caller.traceId}-b7ad6b7169203331-01`,
    "x-request-timeout-ms": "790",
  };
  const get = async (path: string): Promise<unknown> => {
    const { body } = await request(`${origin}${path}`, { dispatcher, headers });
    return body.json();
  };
  return {
    name: "bare undici.request",
    screen: (serial) => Promise.all(targets(serial).map(get)),
    close: () => dispatcher.close(),
  };
}

/** The attempt with the innermost `count` wrappers. */
export function layers(
  origin: string,
  count: number,
  operation: Partial<Operation<unknown>> = {},
): Contender {
  const { send, close } = partialStack({ name: "things", origin }, count);
  const last = WRAPPER_NAMES[count - 1];
  return {
    name: last === undefined ? "attempt" : `+ ${last}${operation.hedge === true ? ", hedging" : ""}`,
    async screen(serial) {
      const request = newRequest();
      const calls = targets(serial).map((target) => makeCall(systemClock, { request, target, operation }));
      const outcomes = await Promise.all(calls.map((call) => send(call)));
      request.deadline.dispose();
      if (outcomes.some(({ ok }) => !ok)) throw new Error("a call of the benchmark failed");
    },
    close,
  };
}

/** The whole client as a screen uses it. */
export function whole(
  origin: string,
  name: string,
  operation: Partial<Operation<unknown>>,
  sameTarget: boolean,
): Contender {
  const upstream = new Upstream({ name: "things", addresses: [origin] });
  const get = makeOperation({ ...operation, path: "/things/{id}" });
  return {
    name,
    async screen(serial) {
      const request = newRequest();
      const scope = new CallScope(request.context);
      const ids = Array.from(
        { length: CALLS_PER_SCREEN },
        (_, index) => `${sameTarget ? 0 : serial}-${index}`,
      );
      await Promise.all(ids.map((id) => upstream.call(get, scope, { path: { id } })));
      request.deadline.dispose();
    },
    close: () => upstream.close(),
  };
}
