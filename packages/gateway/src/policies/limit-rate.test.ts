import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FakeClock } from "@triptych/testing";
import type { Limit } from "../table/route.ts";
import { API_KEY, runGateway } from "../testing/gateway-under-test.ts";
import { sampleTable } from "../testing/sample-table.ts";
import { localLimits } from "./limit-rate.ts";
import type { Limiter } from "./limit-rate.ts";

const MANY: Limit = { per: "address", requests: 1_000, seconds: 60 };
const withLimits = (...limits: Limit[]) => ({ table: sampleTable({ limits }) });

describe("rate limits", () => {
  it("refuse an address before anybody looks at its token", async () => {
    await using gateway = await runGateway(withLimits({ per: "address", requests: 2, seconds: 60 }));
    for (const remaining of ["1", "0"]) {
      const answer = await gateway.send("/web/home-page", { headers: { Authorization: "Bearer a.b.c" } });
      assert.equal(answer.status, 401);
      assert.equal(answer.headers["ratelimit"], `"address";r=${remaining};t=60`);
      assert.equal(answer.headers["ratelimit-policy"], '"address";q=2;w=60');
    }
    const refused = await gateway.send("/web/home-page", { headers: await gateway.bearer() });
    assert.equal(refused.status, 429);
    assert.equal(JSON.parse(refused.text).type, "/problems/rate-limited");
    assert.match(String(refused.headers["retry-after"]), /^(59|60)$/);
    assert.equal(refused.headers["server-timing"], 'gateway;desc="rate-limit"');
    assert.equal(gateway.target.requests.length, 0);
    const line = (await gateway.log.waitFor("request", 3))[2];
    assert.deepEqual(
      [line?.["layer"], line?.["refusedBy"], line?.["reason"]],
      ["gateway", "rate-limit", "per-address"],
    );
  });

  it("count each user apart, whichever token they show", async () => {
    await using gateway = await runGateway(withLimits(MANY, { per: "user", requests: 1, seconds: 60 }));
    const ask = async (claims: Record<string, unknown>) =>
      (await gateway.send("/web/home-page", { headers: await gateway.bearer(claims) })).status;
    assert.equal(await ask({ sub: "1", jti: "a" }), 200);
    assert.equal(await ask({ sub: "1", jti: "b" }), 429);
    assert.equal(await ask({ sub: "2" }), 200);
  });

  it("count each route apart", async () => {
    await using gateway = await runGateway(withLimits(MANY, { per: "user", requests: 1, seconds: 60 }));
    await gateway.send("/web/home-page", { headers: await gateway.bearer() });
    const other = await gateway.send("/api/v2/recommendations", { headers: await gateway.bearer() });
    assert.equal(other.status, 200);
  });

  it("count an API key, and beside it the user whose token came with it", async () => {
    const limits: Limit[] = [
      MANY,
      { per: "user", requests: 1, seconds: 60 },
      { per: "api-key", requests: 3, seconds: 60 },
    ];
    const callers = ["api-key", "bearer", "session"] as const;
    await using gateway = await runGateway({ table: sampleTable({ callers, limits }) });
    const ask = async (headers: Record<string, string>) =>
      (await gateway.send("/web/home-page", { headers: { "X-API-Key": API_KEY, ...headers } })).status;
    assert.equal(await ask({}), 200);
    assert.equal(await ask({ ...(await gateway.bearer({ sub: "1" })) }), 200);
    assert.equal(await ask({ ...(await gateway.bearer({ sub: "1" })) }), 429);
    assert.equal(await ask({}), 429);
  });

  const allowed = (limiter: Limiter) => async (key: string) => (await limiter.consume(key)).allowed;

  it("last for a whole window, whenever it begins", async () => {
    const clock = new FakeClock();
    const ask = allowed(localLimits(clock).limiter("web:address", 1, 60));
    for (const pauseMs of [0, 50_000, 70_000]) {
      clock.advance(pauseMs);
      assert.equal(await ask("a"), true);
      clock.advance(30_000);
      await ask(`${pauseMs}`);
      clock.advance(29_999);
      assert.equal(await ask("a"), false);
      clock.advance(1);
    }
  });

  it("of ever more addresses take no more memory: the oldest begin again", async () => {
    const ask = allowed(localLimits(new FakeClock(), 10).limiter("web:address", 1, 60));
    await ask("first");
    for (let index = 0; index < 9; index += 1) await ask(`young ${index}`);
    assert.equal(await ask("first"), false);
    for (let index = 0; index < 11; index += 1) await ask(`younger ${index}`);
    assert.equal(await ask("first"), true);
  });

  it("end with their window, whatever happens to the date meanwhile", async () => {
    await using gateway = await runGateway(withLimits({ per: "address", requests: 1, seconds: 60 }));
    const ask = async () => {
      const { status, headers } = await gateway.send("/web/home-page", { headers: await gateway.bearer() });
      return [status, headers["retry-after"]];
    };
    assert.deepEqual(await ask(), [200, undefined]);
    for (const hours of [1, -25, 24]) {
      gateway.clock.jumpDate(hours * 3_600_000);
      assert.deepEqual(await ask(), [429, "60"]);
    }
    gateway.clock.advance(59_000);
    assert.deepEqual(await ask(), [429, "1"]);
    gateway.clock.advance(1_000);
    gateway.clock.jumpDate(3_600_000);
    assert.deepEqual(await ask(), [200, undefined]);
    gateway.clock.jumpDate(-3_600_000);
    assert.deepEqual(await ask(), [429, "60"]);
  });
});
