import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { test } from "node:test";
import { MisbehavingUpstream, problemReply } from "@triptych/testing";
import { CallScope, RequestContext, TimedDeadline, Upstream, systemClock } from "@triptych/upstream-client";
import { contractService } from "@triptych/upstream-client/contract";
import type { Contract } from "@triptych/upstream-client/contract";

type Call = (input: object) => Promise<unknown>;
type Module = { readonly contract: Contract };

const CALLER = { userId: "ada-0471", txnToken: "eyJ0eXAi.txn.token", authority: "orders:read" };
const TRACE = { requestId: "request-1", traceId: "a".repeat(32), traceFlags: "01" };

for (const file of globSync("generated/*.ts", { cwd: import.meta.dirname }).toSorted()) {
  test(`no operation of ${file} sends a third party anything of ours`, async (t) => {
    const { contract }: Module = await import(`./${file}`);
    await using server = await MisbehavingUpstream.open(() => problemReply(404));
    const upstream = new Upstream({
      name: "theirs",
      addresses: [server.origin],
      breaker: false,
      retry: false,
    });
    const deadline = new TimedDeadline(systemClock, 30_000);
    t.after(async () => {
      deadline.dispose();
      await upstream.close();
    });
    const request = { caller: { ...CALLER, ...TRACE }, deadline, clock: systemClock, random: Math.random };
    const scope = new CallScope(new RequestContext(request));
    const client = contractService<Readonly<Record<string, Call>>>(contract, upstream).in(scope);
    const callable = Object.values(contract).filter(({ leftOut }) => leftOut === undefined);
    for (const { name, path, idempotent } of callable) {
      const names = [...path.matchAll(/\{([^}]+)\}/g)].map(([, parameter = ""]) => [parameter, "a1"]);
      const key = idempotent ? { idempotencyKey: "key-0123456789" } : {};
      await assert.rejects(client[name]?.({ path: Object.fromEntries(names), ...key }) ?? Promise.resolve());
    }
    assert.equal(server.received.length, callable.length);
    for (const { headers } of server.received) {
      for (const name of ["txn-token", "x-user-id", "x-identity", "authorization", "cookie", "x-api-key"])
        assert.equal(headers[name], undefined, name);
      assert.doesNotMatch(JSON.stringify(headers), /ada-0471|eyJ|orders:read/);
    }
  });
}
