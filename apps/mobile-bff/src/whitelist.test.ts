// sample:file: npm run new:bff leaves it out
import assert from "node:assert/strict";
import { test } from "node:test";
import { holdsNothingInternal, holdsNothingUnnamed, visitsTo } from "@triptych/domain-clients/testing";
import { parseVersion } from "@triptych/screen";
import { bff } from "./app.ts";
import { releasedContracts } from "./testing/published-contract.ts";
import { startApp } from "./testing/start-app.ts";

const SCREENS = bff.answers.screens ?? [];

test("no field that the schemas do not name leaves, in any form or for any app version", async (t) => {
  const { ask, services } = await startApp(t);
  for (const { screen, user, path } of visitsTo(bff.prefix, SCREENS)) {
    for (const { version } of releasedContracts()) {
      for (const accept of ["application/json", "application/x-ndjson"]) {
        const { status, text } = await ask(path, { user, headers: { accept, "x-app-version": version } });
        assert.equal(status, 200, `${path} of ${user}: ${text}`);
        holdsNothingInternal(text, `${path} of ${user}`);
        if (accept !== "application/json") continue;
        const { degraded: _, ...sections } = JSON.parse(text);
        for (const [name, { schema, changes }] of Object.entries(screen.sections)) {
          const known = changes?.shapeFor(parseVersion(version))?.schema ?? schema;
          holdsNothingUnnamed(sections[name], known, `${path} of ${user}: ${name}`);
        }
        assert.deepEqual(Object.keys(sections), Object.keys(screen.sections));
      }
    }
  }
  const { text } = await ask("/mobile/orders/ord_packed/cancel", {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": "key-12345678" },
    body: '{"reason":"other"}',
  });
  holdsNothingInternal(text, "the answer to a cancellation");

  // The services did send them.
  const sent = new Set(services.received().map(({ path }) => path));
  assert.ok(sent.has("/users/me") && sent.has("/orders") && sent.has("/products") && sent.has("/recs/v2"));
});
