import assert from "node:assert/strict";
import { it } from "node:test";
import { requestsOf } from "../model/request.ts";
import { spansOfJson } from "../otlp/decode.ts";
import { otlpJson } from "../testing/spans.ts";

// The pages are scripts without types: they run in a browser as they are.
const { verdictOf } = await import(new URL("verdict.js", import.meta.url).href);

/** The verdict on a page whose section says this of its call, which was answered with this. */
function verdictOn(reason: string, message: string, answer: Record<string, string | number>): string {
  const about = {
    "triptych.section": "appointments",
    "triptych.operation": "listSlots",
    "service.peer.name": "slots",
  };
  const section = { ...about, "triptych.outcome": "fallback", "triptych.reason": reason };
  const spans = otlpJson([
    { id: "page", kind: "server", attributes: { "triptych.outcome": "degraded" } },
    { id: "section", parent: "page", attributes: { ...section, "error.message": message } },
    { id: "call", parent: "section", kind: "client", end: 12, attributes: { ...about, ...answer } },
  ]);
  const [request] = requestsOf(spansOfJson(spans), () => null);
  return verdictOf({ ...request, errors: [] });
}

const ANSWERED = { "server.address": "127.0.0.1", "http.response.status_code": 200 };

it("names the place of a broken contract, also where the answer itself came in order", () => {
  const message = "slots listSlots: it broke its contract at /slots/0/product: must be present";
  for (const answer of [ANSWERED, { ...ANSWERED, "error.type": "invalid" }]) {
    assert.equal(
      verdictOn("invalid", message, answer),
      "appointments shows its fallback: slots.listSlots gave an answer that breaks its contract: it broke its contract at /slots/0/product: must be present.",
    );
  }
});

it("says of a retry that an open breaker refused why it was the last", () => {
  const failed = { ...ANSWERED, "http.response.status_code": 503, "error.type": "unavailable" };
  assert.equal(
    verdictOn("unavailable", "slots listSlots: its circuit breaker is open", failed),
    "appointments shows its fallback: slots.listSlots answered 503 after 12 ms, and was not asked again: its circuit breaker is open.",
  );
});

it("says which layer refused a request", () => {
  const spans = otlpJson([
    { id: "front", service: "gateway", kind: "server", attributes: { "http.response.status_code": 406 } },
    { id: "page", parent: "front", kind: "server", attributes: { "http.response.status_code": 406 } },
  ]);
  const [request] = requestsOf(spansOfJson(spans), () => null);
  assert.match(verdictOf({ ...request, errors: [] }), /^web-bff refused it with 406/);
});

it("says of a complete page which answer the cache may not keep", () => {
  const about = { "triptych.section": "appointments", "service.peer.name": "slots" };
  const spans = otlpJson([
    { id: "page", kind: "server", attributes: { "triptych.outcome": "complete" } },
    {
      id: "call",
      parent: "page",
      kind: "client",
      attributes: { ...about, "triptych.operation": "listSlots", "triptych.cache_not_kept": "no-store" },
    },
  ]);
  const [request] = requestsOf(spansOfJson(spans), (name) => `${name}-team`);
  assert.match(
    verdictOf({ ...request, errors: [] }),
    /The cache may not keep what slots\.listSlots \(slots-team\) answered \(for appointments\): no-store\.$/,
  );
});

it("names the services of a part whose calls all came in order", () => {
  const spans = otlpJson([
    { id: "page", kind: "server", attributes: { "triptych.outcome": "degraded" } },
    {
      id: "section",
      parent: "page",
      attributes: {
        "triptych.section": "Visit.slots",
        "triptych.outcome": "fallback",
        "triptych.reason": "invalid",
      },
    },
    {
      id: "call",
      parent: "section",
      kind: "client",
      attributes: { "service.peer.name": "slots", "triptych.operation": "listSlots" },
    },
  ]);
  const [request] = requestsOf(spansOfJson(spans), (name) => `${name}-team`);
  assert.equal(
    verdictOf({ ...request, errors: [] }),
    "Visit.slots shows its fallback: invalid, after asking slots.listSlots (slots-team).",
  );
});

it("says of a hedge that won how long the page waited for both attempts, and tells its cache once", () => {
  const about = {
    "triptych.section": "appointments",
    "triptych.operation": "listSlots",
    "service.peer.name": "slots",
    "triptych.cache_not_kept": "no-store",
  };
  const hedge = { "http.request.resend_count": 1, "triptych.attempt.kind": "hedge" };
  const spans = otlpJson([
    { id: "page", kind: "server", end: 100, attributes: { "triptych.outcome": "complete" } },
    {
      id: "first",
      parent: "page",
      kind: "client",
      end: 90,
      attributes: { ...about, "error.type": "abandoned" },
    },
    { id: "hedge", parent: "page", kind: "client", start: 80, end: 90, attributes: { ...about, ...hedge } },
  ]);
  const [request] = requestsOf(spansOfJson(spans), () => null);
  assert.equal(
    verdictOf({ ...request, errors: [] }),
    "Complete. appointments waited longest for slots.listSlots: 90 ms, 90% of the time. The cache may not keep what slots.listSlots answered (for appointments): no-store.",
  );
});
