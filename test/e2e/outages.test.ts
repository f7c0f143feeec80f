import { after, before, describe, it } from "node:test";
import {
  HOME_PAGE,
  assertDegraded,
  assertDegradedDocument,
  assertProblem,
  assertProblemDocument,
  assertWhole,
} from "./testing/home-page.ts";
import { unlessHeldUp, until } from "./testing/patience.ts";
import { freshSystem } from "./testing/shared-system.ts";
import { SERVICES } from "./testing/running-stack.ts";
import type { System } from "./testing/system.ts";

describe("the home page when a service is killed, and when it is back", () => {
  let system: System;
  before(async () => {
    system = await freshSystem();
  });
  after(() => system.restartWeb());

  for (const service of SERVICES) {
    it(service, async () => {
      const { stack, web } = system;
      // Its connections are open and idle when it dies.
      await assertWhole(system, system.newVisitor());
      await stack.kill(service);
      // Two pages: fewer failed calls than open the breaker, which would stay open for a while
      // after the service is back.
      const user = system.newVisitor();
      const data = await unlessHeldUp(() => web.ask(HOME_PAGE, { user }));
      const document = await web.ask(HOME_PAGE, { user: system.newVisitor(), accept: "text/html" });
      if (service === "users") {
        assertProblem(data, { status: 503, code: "upstream-unavailable" });
        assertProblemDocument(document, "upstream-unavailable");
      } else {
        assertDegraded(system, data, { user, service, reason: "unavailable" });
        assertDegradedDocument(document, service);
      }
      await stack.restart(service);
      await until("a page that is whole again", async () => {
        const { text } = await web.ask(HOME_PAGE, { user: system.newVisitor() });
        return text.endsWith('"degraded":[]}') ? true : undefined;
      });
      await assertWhole(system, system.newVisitor());
    });
  }
});
