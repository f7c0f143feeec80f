import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallScope } from "@triptych/upstream-client";
import { Type } from "typebox";
import { request } from "undici";
import { FakeClock } from "@triptych/testing";
import { defineScreens } from "../definition/screen.ts";
import { hangs, until, upstreamFailure, watchedHang } from "../testing/fake-upstreams.ts";
import type { Answers, FakeClients } from "../testing/fake-upstreams.ts";
import { profileScreen } from "../testing/profile-screen.ts";
import { serveScreens } from "../testing/serve-screens.ts";

const { screen, optional } = defineScreens<FakeClients>();

const GOOD = {
  profile: async () => ({ name: "Ada", email: "ada@example.org" }),
  orders: async () => [{ id: "o1", fraudScore: 0.7 }],
};

test("answers the sections' data and an empty degraded, with only the fields named in the schemas", async () => {
  await serveScreens([profileScreen], { answers: GOOD }, async ({ origin }) => {
    const { statusCode, headers, body } = await request(`${origin}/profile`);
    assert.equal(statusCode, 200);
    assert.equal(headers["content-type"], "application/json");
    assert.equal(headers["cache-control"], "private, no-cache");
    assert.equal(headers["vary"], "Accept, Sec-CH-DPR, Accept-Encoding");
    assert.match(
      String(headers["server-timing"]),
      /^profile;dur=[\d.]+, orders;dur=[\d.]+, total;dur=[\d.]+$/,
    );
    assert.deepEqual(await body.json(), { profile: { name: "Ada" }, orders: [{ id: "o1" }], degraded: [] });
  });
});

test("answers 304 without a body to a client that already has the answer", async () => {
  await serveScreens([profileScreen], { answers: GOOD }, async ({ origin }) => {
    const first = await request(`${origin}/profile`);
    await first.body.dump();
    const etag = String(first.headers["etag"]);
    assert.match(etag, /^"[\w-]+"$/);
    const again = await request(`${origin}/profile`, { headers: { "if-none-match": `"other", W/${etag}` } });
    assert.equal(again.statusCode, 304);
    assert.equal(again.headers["etag"], etag);
    assert.equal(await again.body.text(), "");
    const other = await request(`${origin}/profile`, { headers: { "if-none-match": '"other"' } });
    assert.equal(other.statusCode, 200);
    await other.body.dump();
  });
});

test("starts all sections before any of them is ready", async () => {
  const started: string[] = [];
  const both = Promise.withResolvers<void>();
  const whenBothStarted = async <Value>(name: string, value: Value) => {
    started.push(name);
    if (started.length === 2) both.resolve();
    await both.promise;
    return value;
  };
  const answers = {
    profile: () => whenBothStarted("profile", { name: "Ada" }),
    orders: () => whenBothStarted("orders", []),
  };
  await serveScreens([profileScreen], { answers }, async ({ origin }) => {
    const { statusCode, body } = await request(`${origin}/profile`);
    await body.dump();
    assert.equal(statusCode, 200);
    assert.deepEqual(started, ["profile", "orders"]);
  });
});

const OPTIONAL_FAILURES = [
  { error: upstreamFailure("timeout"), reason: "timeout" },
  { error: upstreamFailure("unavailable", 503), reason: "unavailable" },
  { error: upstreamFailure("invalid", 200), reason: "invalid" },
  { error: upstreamFailure("rejected", 404), reason: "rejected" },
  { error: upstreamFailure("overloaded"), reason: "overloaded" },
  { error: new TypeError("a bug of ours"), reason: "invalid" },
] as const;

test("tells when a screen sent more calls than its budget has", async () => {
  for (const [sent, overBudget] of [
    [2, undefined],
    [3, { calls: 3, budget: 2 }],
  ] as const) {
    const orders: NonNullable<Answers["orders"]> = async ({ request: asked }) => {
      asked.sentCalls += sent;
      return [];
    };
    await serveScreens([profileScreen], { answers: { ...GOOD, orders } }, async ({ origin, reports }) => {
      await (await request(`${origin}/profile`)).body.dump();
      assert.equal(reports[0]?.outcome, "complete");
      assert.deepEqual(reports[0].overBudget, overBudget);
    });
  }
});

for (const { error, reason } of OPTIONAL_FAILURES) {
  test(`answers the fallback and says ${reason} when an optional section fails with ${error.message}`, async () => {
    const answers = { ...GOOD, orders: async () => Promise.reject(error) };
    await serveScreens([profileScreen], { answers }, async ({ origin, reports }) => {
      const { statusCode, headers, body } = await request(`${origin}/profile`);
      assert.equal(statusCode, 200);
      assert.equal(headers["cache-control"], "private, no-store");
      assert.equal(headers["etag"], undefined);
      const degraded = [{ section: "orders", reason }];
      assert.deepEqual(await body.json(), { profile: { name: "Ada" }, orders: [], degraded });
      assert.equal(reports[0]?.outcome, "degraded");
      assert.partialDeepStrictEqual(reports[0].sections, [
        { section: "profile", outcome: "ok", reason: undefined },
        { section: "orders", outcome: "fallback", reason },
      ]);
      const caused = error instanceof TypeError ? undefined : error;
      assert.equal(reports[0].sections[1]?.cause, caused);
      assert.deepEqual(reports[0].failures, [{ section: "orders", error, bug: error instanceof TypeError }]);
    });
  });
}

const REQUIRED_FAILURES = [
  { error: upstreamFailure("timeout"), code: "upstream-timeout" },
  { error: upstreamFailure("unavailable", 500), code: "upstream-unavailable" },
  { error: upstreamFailure("overloaded"), code: "overloaded" },
  { error: upstreamFailure("invalid", 200), code: "upstream-invalid" },
  { error: upstreamFailure("rejected", 404), code: "not-found" },
  { error: upstreamFailure("rejected", 409), code: "conflict" },
  { error: upstreamFailure("rejected", 403), code: "upstream-invalid" },
  { error: new TypeError("a bug of ours"), code: "internal" },
] as const;

for (const { error, code } of REQUIRED_FAILURES) {
  const label = "status" in error ? `${error.kind} ${error.status ?? ""}` : error.message;
  test(`answers the problem ${code}, naming the section, when a required one fails with ${label}`, async () => {
    const answers = { ...GOOD, profile: async () => Promise.reject(error) };
    await serveScreens([profileScreen], { answers }, async ({ origin, reports }) => {
      const { body } = await request(`${origin}/profile`);
      const problem = await body.text();
      assert.deepEqual([reports[0]?.outcome, reports[0]?.problem], ["failed", code]);
      assert.partialDeepStrictEqual(reports[0]?.sections, [{ section: "profile", outcome: "failed" }]);
      assert.match(problem, new RegExp(`"code":"${code}"`));
      assert.match(problem, /"section":"profile"/);
      if (code !== "internal") assert.match(problem, /"upstream":"users"/);
      assert.doesNotMatch(problem, /10\.0\.0\.1|as the test wants|bug of ours/);
    });
  });
}

test("does not wait for the other sections when a required one has failed, and ends their calls", async () => {
  const watched = watchedHang();
  const answers = {
    profile: async () => Promise.reject(upstreamFailure("unavailable")),
    orders: watched.answer,
  };
  await serveScreens([profileScreen], { answers, clock: new FakeClock() }, async ({ origin }) => {
    const { body } = await request(`${origin}/profile`);
    await body.dump();
    assert.equal(watched.endedBy(), "abandoned");
  });
});

test("a section ends at its own deadline, the screen at its own", async () => {
  const clock = new FakeClock();
  const answers = { profile: async () => ({ name: "Ada" }), orders: hangs };
  await serveScreens([profileScreen], { answers, clock }, async ({ origin }) => {
    const answer = request(`${origin}/profile`);
    await until(() => clock.pending === 2);
    clock.advance(399);
    assert.equal(clock.pending, 2);
    clock.advance(1);
    const { body } = await answer;
    assert.deepEqual(await body.json(), {
      profile: { name: "Ada" },
      orders: [],
      degraded: [{ section: "orders", reason: "timeout" }],
    });
    assert.equal(clock.pending, 0, "no timer is left");
  });
});

test("a section that waits for something other than an upstream ends at its deadline too", async () => {
  const clock = new FakeClock();
  const answers = { profile: () => new Promise<never>(() => {}), orders: async () => [] };
  await serveScreens([profileScreen], { answers, clock }, async ({ origin }) => {
    const answer = request(`${origin}/profile`);
    await until(() => clock.pending === 1);
    clock.advance(800);
    const { body } = await answer;
    assert.deepEqual(await body.json(), {
      section: "profile",
      code: "upstream-timeout",
      detail: "profile: it was not ready in time.",
    });
  });
});

test("X-Request-Timeout-Ms shortens the deadline, and never lengthens it", async () => {
  for (const [header, expiresAt] of [
    ["300", 300],
    ["5000", 800],
    ["soon", 800],
    ["-1", 800],
    ["1e2", 800],
  ] as const) {
    const clock = new FakeClock();
    const answers = { ...GOOD, profile: hangs };
    await serveScreens([profileScreen], { answers, clock }, async ({ origin }) => {
      const answer = request(`${origin}/profile`, { headers: { "x-request-timeout-ms": header } });
      await until(() => clock.pending === 1);
      clock.advance(expiresAt - 1);
      assert.equal(clock.pending, 1, `${header}: the deadline has not passed yet`);
      clock.advance(1);
      assert.match(await (await answer).body.text(), /upstream-timeout/);
    });
  }
});

test("the deadline counts from the request's arrival, also if it had to wait for its start", async () => {
  const clock = new FakeClock();
  clock.pass(1_000);
  const options = { answers: { ...GOOD, profile: hangs }, clock, mount: { arrivedAt: () => 900 } };
  await serveScreens([profileScreen], options, async ({ origin }) => {
    const answer = request(`${origin}/profile`, { headers: { "x-request-timeout-ms": "300" } });
    await until(() => clock.pending === 1);
    clock.advance(199);
    assert.equal(clock.pending, 1);
    clock.advance(1);
    assert.match(await (await answer).body.text(), /upstream-timeout/);
  });
});

test("a client that goes away ends the calls of its request", async () => {
  const watched = watchedHang();
  const answers = { ...GOOD, profile: watched.answer };
  await serveScreens([profileScreen], { answers, clock: new FakeClock() }, async ({ origin, reports }) => {
    const leaving = new AbortController();
    const answer = request(`${origin}/profile`, { signal: leaving.signal });
    await until(() => watched.started());
    leaving.abort();
    await assert.rejects(answer);
    await until(() => watched.endedBy() !== undefined);
    assert.equal(watched.endedBy(), "abandoned");
    // The screen has not failed: its client did not wait.
    await until(() => reports.length > 0);
    assert.deepEqual([reports[0]?.outcome, reports[0]?.sections, reports[0]?.failures], [undefined, [], []]);
  });
});

test("names stale data in degraded, with its age", async () => {
  const answers = {
    ...GOOD,
    orders: async (scope: CallScope) => {
      scope.usedStale({ ageSeconds: 40, kind: "timeout" });
      return [{ id: "old" }];
    },
  };
  await serveScreens([profileScreen], { answers }, async ({ origin }) => {
    const { headers, body } = await request(`${origin}/profile`);
    assert.equal(headers["cache-control"], "private, no-store");
    assert.deepEqual(await body.json(), {
      profile: { name: "Ada" },
      orders: [{ id: "old" }],
      degraded: [{ section: "orders", reason: "timeout", ageSeconds: 40 }],
    });
  });
});

const ACCEPTED = [
  { accept: undefined, type: "application/json" },
  { accept: "*/*", type: "application/json" },
  { accept: "application/*", type: "application/json" },
  { accept: "application/json", type: "application/json" },
  { accept: "text/html", type: "text/html; charset=utf-8" },
  {
    accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    type: "text/html; charset=utf-8",
  },
  { accept: "text/html;q=0.5, application/json;q=0.9", type: "application/json" },
  { accept: "application/json;charset=utf-8", type: "application/json" },
  {
    accept: 'text/html;level=1;q=0.4, application/json; charset="utf-8"; q=0.2',
    type: "text/html; charset=utf-8",
  },
  { accept: "text/html;q=0.9, application/json;q=0.5", type: "text/html; charset=utf-8" },
  { accept: "application/json;q=0, */*;q=0.1", type: "text/html; charset=utf-8" },
] as const;

for (const { accept, type } of ACCEPTED) {
  test(`answers ${type} to Accept: ${accept ?? "(none)"}`, async () => {
    await serveScreens([profileScreen], { answers: GOOD }, async ({ origin }) => {
      const { statusCode, headers, body } = await request(`${origin}/profile`, {
        headers: accept === undefined ? {} : { accept },
      });
      assert.equal(statusCode, 200);
      assert.equal(headers["content-type"], type);
      await body.dump();
    });
  });
}

test("refuses an Accept that nothing satisfies, without calling an upstream", async () => {
  for (const accept of ["image/png", "text/html;q=0, application/json;q=0", "application/xml"]) {
    await serveScreens([profileScreen], { answers: {} }, async ({ origin, reports }) => {
      const { body } = await request(`${origin}/profile`, { headers: { accept } });
      assert.match(
        await body.text(),
        /"code":"not-acceptable","detail":"This address answers application\/json, text\/html, application\/x-ndjson\."/,
      );
      assert.equal(reports.length, 0);
    });
  }
});

test("answers HEAD with the headers of GET and no body", async () => {
  await serveScreens([profileScreen], { answers: GOOD }, async ({ origin }) => {
    const get = await request(`${origin}/profile`);
    await get.body.dump();
    const head = await request(`${origin}/profile`, { method: "HEAD" });
    assert.equal(head.statusCode, 200);
    assert.equal(await head.body.text(), "");
    for (const name of ["content-type", "content-length", "etag", "cache-control"]) {
      assert.equal(head.headers[name], get.headers[name], name);
    }
  });
});

test("refuses other methods and says which are allowed", async () => {
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const) {
    await serveScreens([profileScreen], { answers: {} }, async ({ origin }) => {
      const { body } = await request(`${origin}/profile`, { method });
      assert.match(await body.text(), /"code":"method-not-allowed".*"allow":"GET, HEAD"/, method);
    });
  }
});

test("code that fails on an answer that breaks its contract is the service's fault, and no bug", async () => {
  const picky = screen({
    name: "picky",
    path: "/picky",
    summary: "For tests",
    budget: { deadlineMs: 800, upstreamCalls: 1, bytes: 1_000 },
    sections: {
      profile: optional({
        schema: Type.String(),
        fallback: "you",
        load: ({ profile }) => profile(),
        shape: ({ name }) => name.toUpperCase(),
      }),
    },
  });
  const answers = {
    profile: async (scope: CallScope) => {
      scope.usedBroken(upstreamFailure("invalid"));
      return JSON.parse('{"name":7}');
    },
  };
  await serveScreens([picky], { answers }, async ({ origin, reports }) => {
    const { body } = await request(`${origin}/picky`);
    const degraded = [{ section: "profile", reason: "invalid" }];
    assert.deepEqual(await body.json(), { profile: "you", degraded });
    assert.ok(reports[0]?.failures.every(({ bug }) => !bug));
  });
});
