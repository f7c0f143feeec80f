import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { MisbehavingUpstream, jsonReply } from "@triptych/testing";
import { Upstream } from "@triptych/upstream-client";
import type { FailureKind } from "@triptych/upstream-client";
import { clientRequest, operation } from "./testing/client-request.ts";
import { FaultProxy } from "./testing/fault-proxy.ts";
import type { Fault } from "./testing/fault-proxy.ts";

/** The answer's head is some 150 bytes, its body 10,000. */
const ANSWER = { text: "x".repeat(10_000) };

const FAULTS: readonly [string, Fault, FailureKind, number][] = [
  ["a refused connection", { kind: "refuse" }, "unavailable", 0],
  ["a connection that nothing comes from", { kind: "hang" }, "timeout", 1],
  ["a reset before the first byte", { kind: "reset", afterBytes: 0 }, "unavailable", 2],
  ["a reset in the middle of the headers", { kind: "reset", afterBytes: 40 }, "unavailable", 2],
  ["a reset in the middle of the body", { kind: "reset", afterBytes: 4_000 }, "unavailable", 1],
  ["an end in the middle of the body", { kind: "cut", afterBytes: 4_000 }, "unavailable", 1],
  ["a drip of bytes", { kind: "drip", everyMs: 5 }, "timeout", 1],
  ["a half-closed connection", { kind: "half-close" }, "unavailable", 2],
];

for (const [name, fault, kind, connections] of FAULTS) {
  test(`${name} ends as ${kind} in time and leaves no socket open, and the next call succeeds`, async () => {
    await using server = await MisbehavingUpstream.open(() => jsonReply(ANSWER));
    await using proxy = await FaultProxy.open(server.port);
    const upstream = new Upstream({ name: "things", addresses: [proxy.origin] });
    await proxy.become(fault);
    // Short only where the deadline ends the call: elsewhere a busy machine could reach it before
    // the retry.
    const deadline = kind === "timeout" ? { deadlineMs: 400 } : {};
    const { failure } = await clientRequest(upstream, operation(), deadline);
    assert.equal(failure, kind);
    assert.equal(proxy.connections, connections);
    while (proxy.sockets.size > 0) await wait(1);

    await proxy.become({ kind: "none" });
    const { value } = await clientRequest(upstream, operation());
    assert.deepEqual(value, ANSWER);
    await upstream.close();
  });
}
