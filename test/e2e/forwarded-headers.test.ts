import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { HOME_PAGE } from "./testing/home-page.ts";
import type { Call, ServiceName } from "./testing/running-stack.ts";
import type { System } from "./testing/system.ts";
import { freshSystem } from "./testing/shared-system.ts";
import { SERVICES } from "./testing/running-stack.ts";

const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const CLIENT_SPAN = "00f067aa0ba902b7";
const TXN_TOKEN = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiI0MiJ9.c2ln";

/** What a browser, a proxy and an attacker may send along. */
const CLIENT_HEADERS = {
  "user-agent": "Mozilla/5.0",
  "accept-language": "de-DE,de;q=0.9",
  "accept-encoding": "gzip, br",
  "cache-control": "no-cache",
  cookie: "session=secret",
  authorization: "Bearer secret",
  "x-user-id": "1",
  "x-forwarded-for": "203.0.113.7",
  forwarded: "for=203.0.113.7",
  "x-api-key": "secret",
  "x-request-id": "chosen-by-the-client",
  "x-custom": "anything",
  tracestate: "vendor=state, other@vendor=1",
  baggage: "user=secret",
  priority: "u=1",
  "if-none-match": '"anything"',
  "idempotency-key": "of-a-client-1",
  traceparent: `00-${TRACE_ID}-${CLIENT_SPAN}-01`,
  "txn-token": TXN_TOKEN,
};

/** Every header of an upstream GET, and no other. `host` and `connection` are HTTP's own. */
const GET_HEADERS = [
  "accept",
  "connection",
  "host",
  "traceparent",
  "tracestate",
  "txn-token",
  "user-agent",
  "x-request-id",
  "x-request-timeout-ms",
  "x-user-id",
];

const CANCELLABLE = `
  SELECT id FROM orders.orders WHERE status IN ('placed', 'paid', 'packed') AND user_id = :user ORDER BY id LIMIT 1`;
const USER_WHO_CAN_CANCEL = "SELECT user_id FROM orders.orders WHERE status = 'paid' ORDER BY id LIMIT 1";

describe("what the services receive of a client's request", () => {
  let system: System;
  before(async () => {
    system = await freshSystem();
  });

  async function callsOf(user: string, headers: Readonly<Record<string, string>>) {
    await system.forgetCalls();
    const answer = await system.web.ask(HOME_PAGE, { user, headers });
    assert.equal(answer.status, 200);
    const calls: { name: ServiceName; call: Call }[] = [];
    for (const name of SERVICES) {
      for (const call of await system.services[name].calls()) calls.push({ name, call });
    }
    assert.equal(calls.length, SERVICES.length);
    return { answer, calls };
  }

  it("is the user, the request id, the trace with its state, the token and the deadline, and nothing else", async () => {
    const user = system.newVisitor();
    const { answer, calls } = await callsOf(user, CLIENT_HEADERS);
    const spans = new Set([CLIENT_SPAN]);
    for (const { name, call } of calls) {
      const { headers } = call;
      assert.deepEqual(Object.keys(headers).toSorted(), GET_HEADERS, name);
      assert.equal(headers["accept"], "application/json");
      assert.equal(headers["user-agent"], "web-bff");
      assert.equal(headers["x-user-id"], user);
      assert.equal(headers["txn-token"], TXN_TOKEN);
      assert.equal(headers["tracestate"], "vendor=state,other@vendor=1");
      // The gateway signed the request's id into the identity: the client's own word for it does
      // not count.
      assert.equal(headers["x-request-id"], answer.headers["x-request-id"]);
      assert.notEqual(headers["x-request-id"], CLIENT_HEADERS["x-request-id"]);
      const [, span = ""] =
        new RegExp(`^00-${TRACE_ID}-([0-9a-f]{16})-01$`).exec(String(headers["traceparent"])) ?? [];
      assert.ok(span !== "" && !spans.has(span), `a span of its own: ${String(headers["traceparent"])}`);
      spans.add(span);
    }
  });

  it("has a new trace if the client sends none, and no token if the request has none", async () => {
    const { calls } = await callsOf(system.newVisitor(), {});
    const traces = new Set(
      calls.map(
        ({ call }) =>
          /^00-([0-9a-f]{32})-[0-9a-f]{16}-0[0-3]$/.exec(String(call.headers["traceparent"]))?.[1],
      ),
    );
    assert.equal(traces.size, 1);
    assert.ok(!traces.has(undefined));
    const expected = GET_HEADERS.filter((name) => name !== "txn-token" && name !== "tracestate");
    for (const { call } of calls) assert.deepEqual(Object.keys(call.headers).toSorted(), expected);
  });

  const timeoutOf = (calls: Awaited<ReturnType<typeof callsOf>>["calls"], wanted: ServiceName): number =>
    Number(calls.find(({ name }) => name === wanted)?.call.headers["x-request-timeout-ms"]);

  it("names the time left, minus 10 ms: of the screen's 800 ms, or of a section's 400 ms", async () => {
    const { calls } = await callsOf(system.newVisitor(), {});
    for (const name of ["users", "orders"] as const) {
      const timeout = timeoutOf(calls, name);
      assert.ok(timeout > 400 && timeout <= 790, `${name}: ${timeout}`);
    }
    const recommendations = timeoutOf(calls, "recommendations");
    assert.ok(recommendations > 0 && recommendations <= 390, String(recommendations));
    assert.ok(
      timeoutOf(calls, "catalog") < recommendations,
      "the second call of a section has what the first left",
    );
  });

  it("has the caller's deadline if it is shorter than the screen's, never a longer one", async () => {
    const shorter = await callsOf(system.newVisitor(), { "x-request-timeout-ms": "300" });
    for (const name of SERVICES) assert.ok(timeoutOf(shorter.calls, name) <= 290, name);
    const longer = await callsOf(system.newVisitor(), { "x-request-timeout-ms": "60000" });
    for (const name of SERVICES) assert.ok(timeoutOf(longer.calls, name) <= 790, name);
  });

  it("is the same for a command, plus the body's type and length and the idempotency key", async () => {
    const [user = ""] = system.databases.texts(USER_WHO_CAN_CANCEL);
    const [order = ""] = system.databases.texts(CANCELLABLE, { user });
    await system.forgetCalls();
    const answer = await system.web.ask(`/web/orders/${order}/cancel`, {
      user,
      method: "POST",
      headers: {
        ...CLIENT_HEADERS,
        "content-type": "application/json",
        "idempotency-key": "of-the-client-7",
      },
      body: '{"reason":"changed_mind"}',
    });
    assert.equal(answer.status, 200, answer.text);
    const [call] = await system.services.orders.calls();
    assert.equal(call?.method, "POST");
    const { headers } = call;
    assert.deepEqual(
      Object.keys(headers).toSorted(),
      [...GET_HEADERS, "content-length", "content-type", "idempotency-key"].toSorted(),
    );
    assert.equal(headers["idempotency-key"], "of-the-client-7");
    assert.equal(headers["content-type"], "application/json");
    assert.equal(headers["x-user-id"], user);
  });

  it("is nothing without a valid identity", async () => {
    await system.forgetCalls();
    const refused = await system.web.ask(HOME_PAGE, {
      headers: { "x-user-id": "1", authorization: "Bearer secret" },
    });
    assert.equal(refused.status, 401);
    for (const name of SERVICES) assert.deepEqual(await system.services[name].calls(), []);
  });
});
