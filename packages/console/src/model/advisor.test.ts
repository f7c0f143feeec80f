import assert from "node:assert/strict";
import { it } from "node:test";
import { adviceOn } from "./advisor.ts";
import type { ScreenDefinition } from "./definition.ts";
import type { CallView } from "./views.ts";
import { Store } from "./store.ts";
import type { KnownRequest } from "./store.ts";
import { spansOfJson } from "../otlp/decode.ts";
import { HOME_PAGE, otlpJson } from "../testing/spans.ts";

const HOME: ScreenDefinition = {
  name: "home-page",
  path: "/web/home-page",
  budget: { deadlineMs: 800, upstreamCalls: 4, bytes: 24_000 },
  sections: [
    { name: "profile", required: true },
    { name: "recommendations", required: false, deadlineMs: 400 },
  ],
};

/** Requests like that of the test's trace, each changed. */
function requests(
  number: number,
  change: (request: KnownRequest, index: number) => Partial<KnownRequest>,
): readonly KnownRequest[] {
  const store = new Store((name) => `${name}-team`);
  store.add(spansOfJson(otlpJson(HOME_PAGE)));
  const [request] = store.requests();
  assert.ok(request !== undefined);
  return Array.from({ length: number }, (_, index) => ({ ...request, ...change(request, index) }));
}

const quick = ({ sections, calls }: KnownRequest, index: number): Partial<KnownRequest> => ({
  outcome: "complete",
  ownMs: 200,
  sections: sections.map((section) => ({
    ...section,
    outcome: "ok",
    reason: null,
    durationMs: section.name === "profile" ? 20 : index === 0 ? 390 : 180,
  })),
  calls: calls.slice(0, 1).map((call) => Object.assign(structuredClone(call), { cache: "fresh" })),
});

it("says which section is last, and what a shorter deadline would lose", () => {
  assert.deepEqual(adviceOn("home-page", requests(200, quick), HOME), [
    "recommendations is last in 100% of pages; a deadline of 200 ms instead of 400 would lose 0.5% of them (200 pages).",
  ]);
});

it("says nothing of too few requests", () => {
  assert.deepEqual(adviceOn("home-page", requests(9, quick), HOME), []);
});

it("names section, service and team of retries and of what no cache answers", () => {
  const missed = (request: KnownRequest): Partial<KnownRequest> => {
    const [first] = request.calls;
    assert.ok(first !== undefined);
    const call: CallView = {
      ...first,
      section: "recommendations",
      upstream: "catalog",
      owner: "catalog-team",
    };
    return { calls: [call, { ...call, kind: "retry", attempt: 2 }] };
  };
  const advice = adviceOn("home-page", requests(12, missed), HOME).join("\n");
  assert.match(advice, /recommendations lacks data.*: unavailable, in 100% of pages/);
  assert.match(advice, /catalog\.getMe \(for recommendations, catalog-team\) is called again after 100%/);
  assert.match(advice, /none of its last 20 calls was answered from the cache/);
});

it("says first, and of a few calls, that a service forbids to keep its answers", () => {
  const forbidden = ({ calls }: KnownRequest): Partial<KnownRequest> => ({
    calls: calls.slice(0, 1).map((call) => Object.assign(structuredClone(call), { notKept: "no-store" })),
  });
  const [first] = adviceOn("home-page", requests(12, forbidden), HOME);
  assert.equal(
    first,
    "users.getMe (for profile, users-team) could not be kept in 12 of the last 12 calls (no-store).",
  );
  assert.equal(adviceOn("home-page", requests(5, forbidden), HOME).length, 1);
  assert.deepEqual(adviceOn("home-page", requests(4, forbidden), HOME), []);
});
