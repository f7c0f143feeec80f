import assert from "node:assert/strict";
import { test } from "node:test";
import { response } from "@triptych/testing";
import { systemClock } from "../clock.ts";
import { CallScope } from "../context.ts";
import { contractService } from "../contract/index.ts";
import type { ContractViolationEvent } from "../events.ts";
import { contract, loanBody, memberBody } from "../testing/library.ts";
import type { Library } from "../testing/library.ts";
import { makeRequest, testUpstream } from "../testing/index.ts";
import type { Strictness } from "./strictness.ts";

/** Asks once for a list of loans, and then again. */
async function listing(loans: readonly unknown[], strictness: Strictness) {
  const seen: ContractViolationEvent[] = [];
  const body = JSON.stringify({ loans, nextCursor: null });
  await using things = await testUpstream((socket) => socket.write(response(200, body)), {
    ...(strictness as object),
    events: { contractViolation: (event) => seen.push(event) },
  });
  const { context, deadline } = makeRequest(systemClock, {}, 60_000);
  const scope = new CallScope(context);
  try {
    const answer = await contractService<Library>(contract, things.upstream).in(scope).listLoans();
    return { answer, seen, broken: scope.broken };
  } finally {
    deadline.dispose();
  }
}

const fields = (seen: readonly ContractViolationEvent[]) => seen.map(({ field }) => field);
const BROKEN = loanBody({ number: 7, member: memberBody({ points: -1, email: 1 }), notes: { a: 1, b: 2 } });

test("by default an answer that breaks its contract is invalid", async () => {
  await assert.rejects(listing([BROKEN], {}), { kind: "invalid", message: /at \/loans\/0\/number/ });
});

test("with report it is used as it is, and each broken field is named once, whatever the item or key", async () => {
  const { answer, seen, broken } = await listing([loanBody(), BROKEN, BROKEN], { validation: "report" });
  assert.equal(answer.loans.length, 3);
  assert.deepEqual(answer.loans[1], BROKEN);
  assert.deepEqual(fields(seen), [
    "/loans/*/number",
    "/loans/*/member/email",
    "/loans/*/member/points",
    "/loans/*/notes/*",
  ]);
  assert.equal(broken?.kind, "invalid");
  assert.match(broken?.message ?? "", /it broke its contract at \/loans\/1\/number/);
});

test("with report an enum's unknown value is still unknown, and a good answer says nothing", async () => {
  const { answer, seen } = await listing([loanBody({ number: 7, status: "burnt" })], {
    validation: "report",
  });
  assert.deepEqual([answer.loans[0]?.status, fields(seen)], ["unknown", ["/loans/*/number"]]);
  const good = await listing([loanBody()], { validation: "report" });
  assert.deepEqual([good.seen, good.broken], [[], undefined]);
});

test("with report what is not JSON is invalid all the same", async () => {
  await using things = await testUpstream((socket) => socket.write(response(200, "{")), {
    validation: "report",
  });
  assert.equal((await things.failure()).kind, "invalid");
});

test("a list of many broken items costs no more than a few looks", async () => {
  const loans = Array.from({ length: 2_000 }, () => BROKEN);
  const startedAt = performance.now();
  const { seen } = await listing(loans, { validation: "report" });
  assert.equal(seen.length, 4);
  assert.ok(performance.now() - startedAt < 5_000);
});

test("formats are annotations unless they are asked for", async () => {
  const odd = loanBody({ startedAt: "last Tuesday", member: memberBody({ email: "ada at home" }) });
  const { answer } = await listing([odd], {});
  assert.deepEqual(answer.loans[0], odd);
  const message = /at \/loans\/0\/startedAt: must be a date-time/;
  await assert.rejects(listing([odd], { formats: "enforce" }), { kind: "invalid", message });
  const { seen } = await listing([odd], { formats: "enforce", validation: "report" });
  assert.deepEqual(fields(seen), ["/loans/*/startedAt", "/loans/*/member/email"]);
});
