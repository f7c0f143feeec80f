import assert from "node:assert/strict";
import { afterEach, before, describe, it } from "node:test";
import {
  HOME_PAGE,
  assertDegraded,
  assertDegradedDocument,
  assertNotice,
  assertProblem,
  assertProblemDocument,
  assertWhole,
} from "./testing/home-page.ts";
import { NOTICE, PROBLEM } from "./testing/pages.ts";
import { freshSystem } from "./testing/shared-system.ts";
import { SERVICES } from "./testing/running-stack.ts";
import type { System } from "./testing/system.ts";
import type { Answer } from "./testing/client.ts";

/** The reason in `degraded`, or for a required section the problem's status and code. */
type Outcome = { readonly reason: string; readonly status: number; readonly code: string };

const UNAVAILABLE: Outcome = { reason: "unavailable", status: 503, code: "upstream-unavailable" };
const TIMEOUT: Outcome = { reason: "timeout", status: 504, code: "upstream-timeout" };
const INVALID: Outcome = { reason: "invalid", status: 502, code: "upstream-invalid" };
const REJECTED: Outcome = { reason: "rejected", status: 502, code: "upstream-invalid" };

/** Each part that a page does not show. */
const GAP = new RegExp(`${NOTICE}|${PROBLEM}`, "g");

/** Every way in which a sample service can misbehave, and what the page shows then. */
const FAULTS: readonly (readonly [name: string, switches: object, outcome: Outcome | "none"])[] = [
  ["fails with 500", { fail: { status: 500 } }, UNAVAILABLE],
  ["fails with 503", { fail: { status: 503 } }, UNAVAILABLE],
  ["fails with 503 and a Retry-After", { fail: { status: 503, retryAfterSeconds: 30 } }, UNAVAILABLE],
  ["resets before the headers", { reset: { phase: "before-headers" } }, UNAVAILABLE],
  ["resets in the body", { reset: { phase: "mid-body" } }, UNAVAILABLE],
  ["ends in the middle of the body", { break: "truncated" }, UNAVAILABLE],
  ["hangs before the headers", { hang: { phase: "before-headers" } }, TIMEOUT],
  ["hangs in the body", { hang: { phase: "mid-body" } }, TIMEOUT],
  ["is slower than the deadline", { delay: { ms: 1200 } }, TIMEOUT],
  ["leaves out a field", { break: "missing-field" }, INVALID],
  ["gives a field the wrong type", { break: "wrong-type" }, INVALID],
  ["answers no JSON", { break: "not-json" }, INVALID],
  ["answers with the wrong media type", { break: "wrong-media-type" }, INVALID],
  ["answers 204", { break: "empty-204" }, INVALID],
  ["redirects", { break: "redirect" }, INVALID],
  ["compresses although the client did not ask for it", { break: "compressed" }, INVALID],
  ["answers too much", { break: "too-large" }, INVALID],
  ["refuses with 400", { fail: { status: 400 } }, REJECTED],
  ["refuses with 404", { fail: { status: 404 } }, { reason: "rejected", status: 404, code: "not-found" }],
  ["refuses with 409", { fail: { status: 409 } }, { reason: "rejected", status: 409, code: "conflict" }],
  ["refuses with 429", { fail: { status: 429 } }, REJECTED],
  ["adds fields", { break: "extra-fields" }, "none"],
];

/**
 * Whole pages after each fault: they keep failures below half of all calls, so that no breaker
 * opens in this file.
 */
const WHOLE_PAGES = 6;

describe("the home page while a service misbehaves", () => {
  let system: System;
  before(async () => {
    system = await freshSystem();
  });
  // Also after a test that failed: the next one must not find its fault.
  afterEach(() => system.behave());

  const askBoth = (user: string, reader: string) =>
    Promise.all([
      system.web.ask(HOME_PAGE, { user }),
      system.web.ask(HOME_PAGE, { user: reader, accept: "text/html" }),
    ]);

  /**
   * Both pages, of which only what was told to fail has failed: a busy machine may make something
   * else late for its deadline.
   */
  async function askWithOneFault(
    user: string,
    { late, required }: { readonly late: boolean; readonly required: boolean },
  ): Promise<readonly [Answer, Answer]> {
    for (let tries = 1; ; tries += 1) {
      const [data, document] = await askBoth(user, system.newVisitor());
      const lateParts = data.status === 504 ? 1 : (data.text.match(/"reason":"timeout"/g)?.length ?? 0);
      const gaps = document.text.match(GAP)?.length ?? 0;
      const lateDocument = document.trailers["screen-problem"]?.startsWith("upstream-timeout") === true;
      const onlyFault = lateParts <= (late ? 1 : 0) && gaps <= 1 && ((late && required) || !lateDocument);
      if (onlyFault || tries === 3) return [data, document];
    }
  }

  for (const service of SERVICES) {
    describe(service, () => {
      for (const [fault, switches, outcome] of FAULTS) {
        it(fault, async () => {
          const control = system.services[service];
          const user = system.newVisitor();
          await control.misbehave(switches);
          if (outcome === "none") {
            await assertWhole(system, user);
          } else {
            const [data, document] = await askWithOneFault(user, {
              late: outcome === TIMEOUT,
              required: service === "users",
            });
            if (service === "users") {
              assertProblem(data, outcome);
              assertProblemDocument(document, outcome.code);
            } else {
              assertDegraded(system, data, { user, service, reason: outcome.reason });
              assertDegradedDocument(document, service);
            }
          }
          await control.behave();
          await Promise.all(
            Array.from({ length: WHOLE_PAGES }, () => assertWhole(system, system.newVisitor())),
          );
        });
      }
    });
  }

  it("shows an unlisted value as unknown, and is not degraded", async () => {
    const { web } = system;
    await system.misbehave({ break: "unknown-enum" });
    const page = await web.json(HOME_PAGE, system.newVisitor());
    await system.behave();
    const text = JSON.stringify(page);
    assert.match(text, /"loyaltyTier":"unknown"/);
    assert.match(text, /"status":"unknown"/);
    assert.match(text, /"because":"unknown"/);
    assert.match(text, /"degraded":\[\]/);
    const metrics = await system.metrics("web-bff");
    assert.match(metrics, /^upstream_unknown_enum_total\{[^}]*upstream="users"[^}]*\} [1-9]/m);
  });

  it("answers a problem that names the profile when every service fails, and a complete document", async () => {
    await system.misbehave({ fail: { status: 500 } });
    const [data, document] = await askBoth(system.newVisitor(), system.newVisitor());
    await system.behave();
    assertProblem(data, UNAVAILABLE);
    assert.equal(document.trailers["screen-problem"], "upstream-unavailable; section=profile");
    for (const section of ["recentOrders", "recommendations"]) assertNotice(document, section);
    assert.match(document.text, /<\/html>\s*$/);
  });
});
