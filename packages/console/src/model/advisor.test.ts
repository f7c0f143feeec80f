import assert from "node:assert/strict";
import { it } from "node:test";
import { adviceOn, WINDOW_MS } from "./advisor.ts";
import type { ScreenDefinition } from "./definition.ts";
import type { CallView } from "./views.ts";
import { Store } from "./store.ts";
import type { KnownRequest } from "./store.ts";
import { spansOfJson } from "../otlp/decode.ts";
import { BEGIN, HOME_PAGE, otlpJson } from "../testing/spans.ts";

const HOME: ScreenDefinition = {
  name: "home-page",
  path: "/web/home-page",
  budget: { deadlineMs: 800, upstreamCalls: 4, bytes: 24_000 },
  sections: [
    { name: "profile", required: true },
    { name: "recommendations", required: false, deadlineMs: 400 },
  ],
};

/** A minute after the requests. */
const NOW = BEGIN + 60_000;

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
  assert.deepEqual(adviceOn("home-page", requests(200, quick), HOME, NOW), [
    "recommendations is last in 100% of pages; a deadline of 200 ms instead of 400 would lose 0.5% of them (200 pages).",
  ]);
});

it("says nothing of too few requests", () => {
  assert.deepEqual(adviceOn("home-page", requests(9, quick), HOME, NOW), []);
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
  const advice = adviceOn("home-page", requests(12, missed), HOME, NOW).join("\n");
  assert.match(advice, /recommendations lacks data.*: unavailable, in 100% of pages/);
  assert.match(advice, /catalog\.getMe \(for recommendations, catalog-team\) is called again after 100%/);
  assert.match(advice, /none of its last 20 calls was answered from the cache/);
});

it("says first, and of a few calls, that a service forbids to keep its answers", () => {
  const forbidden = ({ calls }: KnownRequest): Partial<KnownRequest> => ({
    calls: calls.slice(0, 1).map((call) => Object.assign(structuredClone(call), { notKept: "no-store" })),
  });
  const [first] = adviceOn("home-page", requests(12, forbidden), HOME, NOW);
  assert.equal(
    first,
    "users.getMe (for profile, users-team) could not be kept in 12 of the last 12 calls (no-store).",
  );
  assert.equal(adviceOn("home-page", requests(5, forbidden), HOME, NOW).length, 1);
  assert.deepEqual(adviceOn("home-page", requests(4, forbidden), HOME, NOW), []);
});

it("says nothing of what is long over", () => {
  const long = requests(12, () => ({}));
  assert.notDeepEqual(adviceOn("home-page", long, HOME, BEGIN + WINDOW_MS), []);
  assert.deepEqual(adviceOn("home-page", long, HOME, BEGIN + WINDOW_MS + 1), []);
});

it("says first what concerns the most pages", () => {
  const lacking = ({ sections }: KnownRequest, index: number): Partial<KnownRequest> => ({
    sections: sections.map((section) =>
      Object.assign(structuredClone(section), {
        outcome: index < 3 === (section.name === "profile") ? "fallback" : "ok",
        reason: "timeout",
      }),
    ),
    calls: [],
  });
  const [first, second] = adviceOn("home-page", requests(12, lacking), HOME, NOW);
  assert.equal(first, "recommendations lacks data: timeout, in 75% of pages.");
  assert.equal(second, "profile lacks data: timeout, in 25% of pages.");
});
