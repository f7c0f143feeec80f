import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "@triptych/testing";
import { RetryBudget } from "./retry-budget.ts";

const DEFAULTS = { perCall: 0.1, perSecond: 1 };

function withdrawAll(budget: RetryBudget): number {
  let taken = 0;
  while (budget.tryWithdraw()) taken += 1;
  return taken;
}

test("it starts with ten tokens", () => {
  const budget = new RetryBudget(new FakeClock(), DEFAULTS);
  assert.equal(budget.balance, 10);
  assert.equal(withdrawAll(budget), 10);
  assert.equal(budget.tryWithdraw(), false);
  assert.equal(budget.balance, 0);
});

test("ten calls make one token, nine do not", () => {
  const budget = new RetryBudget(new FakeClock(), DEFAULTS);
  withdrawAll(budget);
  for (let call = 0; call < 9; call += 1) budget.deposit();
  assert.equal(budget.tryWithdraw(), false);
  budget.deposit();
  assert.equal(budget.tryWithdraw(), true);
  assert.equal(budget.tryWithdraw(), false);
});

test("each second makes one token", async () => {
  const clock = new FakeClock();
  const budget = new RetryBudget(clock, DEFAULTS);
  withdrawAll(budget);
  await clock.advanceInTurns(3_000);
  assert.equal(withdrawAll(budget), 3);
});

test("unused tokens expire after ten seconds", async () => {
  const clock = new FakeClock();
  const budget = new RetryBudget(clock, DEFAULTS);
  for (let call = 0; call < 500; call += 1) budget.deposit();
  assert.equal(budget.balance, 60);
  await clock.advanceInTurns(9_000);
  assert.equal(budget.balance, 60);
  await clock.advanceInTurns(1_000);
  assert.equal(budget.balance, 10);
  await clock.advanceInTurns(86_400_000);
  assert.equal(budget.balance, 10);
});

test("tokens that expire soonest are taken first", async () => {
  const clock = new FakeClock();
  const budget = new RetryBudget(clock, DEFAULTS);
  await clock.advanceInTurns(5_000);
  for (let call = 0; call < 50; call += 1) budget.deposit();
  for (let token = 0; token < 10; token += 1) budget.tryWithdraw();
  await clock.advanceInTurns(5_000);
  // The five of the calls are left, and one for each second since.
  assert.equal(budget.balance, 10);
});

test("amplification tends to 1.1 when every call asks for a retry", async () => {
  const clock = new FakeClock();
  const budget = new RetryBudget(clock, DEFAULTS);
  let calls = 0;
  let retries = 0;
  for (let tick = 0; tick < 60_000 / 5; tick += 1) {
    if (tick * 5 >= 10_000) calls += 1;
    budget.deposit();
    if (budget.tryWithdraw() && tick * 5 >= 10_000) retries += 1;
    await clock.advanceInTurns(5);
  }
  assert.ok(retries / calls <= 0.11 && retries / calls >= 0.1, `${retries / calls}`);
});
