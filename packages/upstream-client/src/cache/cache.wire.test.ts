import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock, response } from "@triptych/testing";
import { CallScope } from "../context.ts";
import { operationOf } from "../contract/operation-of.ts";
import { makeOperation, makeRequest, testUpstream } from "../testing/index.ts";
import { contract, loanBody } from "../testing/library.ts";

const THING = makeOperation({ cache: "shared" });

test("a revalidation adds only the validators, and a 304 is not parsed again", async () => {
  const clock = new FakeClock();
  let reads = 0;
  await using things = await testUpstream(
    (socket, request) => {
      const known = request.includes('if-none-match: "v1"');
      const headers = {
        "cache-control": "max-age=60",
        etag: '"v1"',
        "last-modified": "Tue, 24 Nov 2026 00:00:00 GMT",
      };
      socket.write(
        known
          ? 'HTTP/1.1 304 Not Modified\r\ncache-control: max-age=60\r\netag: "v1"\r\n\r\n'
          : response(200, '{"a":1}', headers),
      );
    },
    { clock },
  );
  const read = (value: unknown) => {
    reads += 1;
    return { ok: true, value } as const;
  };
  const first = await things.call({ ...THING, read });
  await clock.advanceInTurns(61_000);
  const second = await things.call({ ...THING, read });
  assert.equal(second, first);
  assert.equal(reads, 1);
  const [before, after] = things.server.requests.map((text) => text.trimEnd().split("\r\n"));
  const added = after?.filter((line) => !before?.includes(line));
  assert.deepEqual(added, ['if-none-match: "v1"', "if-modified-since: Tue, 24 Nov 2026 00:00:00 GMT"]);
});

test("a stale answer is used at the deadline, and each section that used it says so", async () => {
  const clock = new FakeClock();
  await using things = await testUpstream(
    (socket, _, index) => {
      if (index === 0)
        socket.write(response(200, "1", { "cache-control": "max-age=60, stale-if-error=600" }));
    },
    { clock },
  );
  await things.call(THING);
  await clock.advanceInTurns(100_000);
  const { context } = makeRequest(clock, {}, 300);
  const scopes = [new CallScope(context), new CallScope(context)];
  const values = scopes.map((scope) => things.upstream.call(THING, scope));
  while (things.server.requests.length < 2) await new Promise(setImmediate);
  await clock.advanceInTurns(300);
  assert.deepEqual(await Promise.all(values), [1, 1]);
  assert.deepEqual(
    scopes.map(({ stale }) => stale),
    Array.from({ length: 2 }, () => ({ ageSeconds: 100, kind: "timeout" })),
  );
});

test("a section with less time gets the stale answer at its own deadline, while another still waits", async () => {
  const clock = new FakeClock();
  await using things = await testUpstream(
    (socket, _, index) => {
      if (index === 0)
        socket.write(response(200, "1", { "cache-control": "max-age=60, stale-if-error=600" }));
      else clock.setTimer(500, () => socket.write(response(200, "2")));
    },
    { clock },
  );
  await things.call(THING);
  await clock.advanceInTurns(100_000);
  const { context } = makeRequest(clock, {}, 800);
  const [patient, hasty] = [new CallScope(context), new CallScope(context, 200)];
  const second = things.upstream.call(THING, patient);
  const first = things.upstream.call(THING, hasty);
  while (things.server.requests.length < 2) await new Promise(setImmediate);
  await clock.advanceInTurns(200);
  assert.equal(await first, 1);
  assert.deepEqual(hasty.stale, { ageSeconds: 100, kind: "timeout" });
  await clock.advanceInTurns(300);
  assert.equal(await second, 2);
  assert.equal(patient.stale, undefined);
  assert.equal(things.server.requests.length, 2);
});

test("who gets a list from the cache, or by another's call, is told what was left out of it", async () => {
  const clock = new FakeClock();
  const body = { loans: [loanBody(), loanBody({ number: 7 })], nextCursor: null };
  const headers = { "cache-control": "max-age=60, stale-if-error=600" };
  await using things = await testUpstream(
    (socket, _, index) => {
      if (index === 0) socket.write(response(200, JSON.stringify(body), headers));
    },
    { clock },
  );
  const operation = operationOf<{ loans: unknown[] }>(contract.listLoans, {
    leaveOut: "loans",
    cache: "shared",
  });
  const askFor = async (userId: string) => {
    const { context, deadline } = makeRequest(clock, { userId });
    const scope = new CallScope(context);
    const { loans } = await things.upstream.call(operation, scope);
    deadline.dispose();
    return [loans.length, scope.leftOut?.kind, scope.stale?.kind];
  };
  const together = await Promise.all([askFor("7"), askFor("7")]);
  for (const told of [...together, await askFor("8")]) assert.deepEqual(told, [1, "invalid", undefined]);
  assert.equal(things.server.requests.length, 1);
  await clock.advanceInTurns(61_000);
  const failing = askFor("9");
  while (things.server.requests.length < 2) await new Promise(setImmediate);
  await clock.advanceInTurns(800);
  assert.deepEqual(await failing, [1, "invalid", "timeout"]);
});
