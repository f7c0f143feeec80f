import assert from "node:assert/strict";
import { test } from "node:test";
import { holdsNothingInternal, holdsNothingUnnamed, visitsTo } from "@triptych/domain-clients/testing";
import { bff } from "./app.ts";
import { startApp } from "./testing/start-app.ts";

const SCREENS = bff.answers.screens ?? [];

test("no field that the schemas do not name leaves, in any form", async (t) => {
  const { ask, services } = await startApp(t);
  for (const { screen, user, path } of visitsTo(bff.prefix, SCREENS)) {
    const page = screen.page === undefined ? [] : ["text/html"];
    for (const accept of ["application/json", "application/x-ndjson", ...page]) {
      const { status, text } = await ask(path, { user, headers: { accept } });
      assert.equal(status, 200, `${path} of ${user}: ${text}`);
      holdsNothingInternal(text, `${path} of ${user}`);
      if (accept !== "application/json") continue;
      const { degraded: _, ...sections } = JSON.parse(text);
      for (const [name, section] of Object.entries(screen.sections))
        holdsNothingUnnamed(sections[name], section.schema, `${path} of ${user}: ${name}`);
      assert.deepEqual(Object.keys(sections), Object.keys(screen.sections));
    }
  }
  const { text } = await ask("/web/orders/ord_packed/cancel", {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": "key-12345678" },
    body: '{"reason":"other"}',
  });
  holdsNothingInternal(text, "the answer to a cancellation");

  // The services did send them.
  const sent = new Set(services.received().map(({ path }) => path));
  assert.ok(sent.has("/users/me") && sent.has("/orders") && sent.has("/products") && sent.has("/recs/v2"));
});
