import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FakeServices } from "./testing/fake-services.ts";
import { startPartner } from "./testing/running-partner.ts";

describe("the deadline", () => {
  test("is what the caller in front has left, where that is less", async () => {
    await using services = await FakeServices.start();
    services.make("users", () => "hang");
    await using partner = await startPartner(services);
    const asked = partner.ask("{ viewer { id name } }", {}, { headers: { "x-request-timeout-ms": "100" } });
    await services.received(1);
    assert.equal(services.calls[0]?.headers["x-request-timeout-ms"], "90");
    partner.clock.advance(100);
    const { status, degraded } = await asked;
    assert.equal(status, 200);
    assert.deepEqual(degraded, [{ section: "viewer.name", reason: "timeout" }]);
  });

  test("is one for the whole request: a second step gets what the first has left", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services);
    services.make("recommendations", (_call, wellBehaved) => {
      partner.clock.advance(500);
      return wellBehaved();
    });
    await partner.ask("{ viewer { recommendations { product { id } } } }");
    const [catalog] = services.callsTo("catalog");
    assert.equal(catalog?.headers["x-request-timeout-ms"], "290");
  });

  test("leaves no timer behind", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services);
    await partner.ask("{ viewer { name } }");
    assert.equal(partner.clock.pending, 0);
  });

  test("a client that goes away ends the calls made for it", async () => {
    await using services = await FakeServices.start();
    const ended = Promise.withResolvers<void>();
    services.make("users", () => "hang");
    services.onClosed(() => ended.resolve());
    await using partner = await startPartner(services);
    const client = new AbortController();
    const asked = partner.ask("{ viewer { name } }", {}, { signal: client.signal });
    await services.received(1);
    client.abort();
    await assert.rejects(asked);
    await ended.promise;
    assert.equal(partner.clock.pending, 0);
  });
});
