import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { RequestListener, Server, ServerResponse } from "node:http";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { createLogger } from "@triptych/service-kit";
import { CapturedLog, FakeClock } from "@triptych/testing";
import { runGateway } from "../testing/gateway-under-test.ts";
import { checkHealth } from "./health-checks.ts";
import { Instances } from "./instances.ts";
import type { Health } from "./instances.ts";

const PATH = "/web/home-page";

/** A BFF with a public port and, a thousand above, an admin port. */
class SmallBff implements AsyncDisposable {
  /** Requests on the public port. */
  count = 0;
  ready = true;
  origin = "";
  readonly #public: Server;
  readonly #admin = createServer((_req, res) => res.writeHead(this.ready ? 200 : 503).end());

  constructor(answer: RequestListener = (_req, res) => void res.end("ok")) {
    this.#public = createServer((req, res) => {
      this.count += 1;
      answer(req, res);
    });
  }

  async listen(): Promise<string> {
    for (;;) {
      const port = 20_000 + Math.floor(Math.random() * 8_000);
      try {
        await once(this.#public.listen(port, "127.0.0.1"), "listening");
        await once(this.#admin.listen(port + 1_000, "127.0.0.1"), "listening");
        this.origin = `http://127.0.0.1:${port}`;
        return this.origin;
      } catch {
        // Somebody has one of the two: try others.
        this.#public.close();
      }
    }
  }

  /** Refuses connections to its admin port, as when its host is gone. */
  closeAdmin(): void {
    this.#admin.close();
    this.#admin.closeAllConnections();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.closeAdmin();
    this.#public.close();
    this.#public.closeAllConnections();
    return Promise.resolve();
  }
}

/** A gateway in front of these, whose health is checked on the gateway's clock. */
async function gatewayBefore(bffs: readonly SmallBff[]) {
  const clock = new FakeClock();
  const log = new CapturedLog(createLogger);
  const instances = new Instances(await Promise.all(bffs.map(async (bff) => bff.listen())), clock);
  const gateway = await runGateway({ targets: new Map([["web-bff", { kind: "instances", instances }]]) });
  const end = checkHealth("web-bff", instances, { clock, logger: log.logger });
  return {
    gateway,
    clock,
    log,
    instances,
    /** Waits, check by check, until all is as said. */
    async until(...expected: Health[]): Promise<void> {
      while (!instances.all.every(({ health }, index) => health === expected[index])) {
        clock.advance(500);
        await setImmediate();
      }
    },
    async get(): Promise<number> {
      return (await gateway.send(PATH, { headers: await gateway.bearer() })).status;
    },
    async [Symbol.asyncDispose]() {
      await end();
      await gateway[Symbol.asyncDispose]();
      await instances.close();
    },
  };
}

describe("the health of instances", () => {
  it("decides who gets requests: one that drains gets none until it is ready again", async () => {
    await using first = new SmallBff();
    await using second = new SmallBff();
    await using running = await gatewayBefore([first, second]);
    await running.until("ready", "ready");
    first.ready = false;
    await running.until("draining", "ready");
    for (let index = 0; index < 4; index += 1) assert.equal(await running.get(), 200);
    assert.deepEqual([first.count, second.count], [0, 4]);
    first.ready = true;
    await running.until("ready", "ready");
    for (let index = 0; index < 4; index += 1) assert.equal(await running.get(), 200);
    assert.deepEqual([first.count, second.count], [2, 6]);
    const lines = await running.log.waitFor("instance's health", 4);
    const { target, instance, health } = lines[2] ?? {};
    assert.deepEqual([target, instance, health], ["web-bff", first.origin, "draining"]);
  });

  it("moves a request without effects from an instance that is gone to another, and leaves one with effects", async () => {
    const arrived = Promise.withResolvers<void>();
    await using silent = new SmallBff((req) => void (req.method === "POST" && arrived.resolve()));
    await using other = new SmallBff();
    await using running = await gatewayBefore([silent, other]);
    const { gateway } = running;
    await running.until("ready", "ready");
    const waiting = running.get();
    while (silent.count === 0) await setImmediate();
    assert.equal(await running.get(), 200, "the other's turn");
    const command = gateway.send("/web/orders/1/cancel", {
      method: "POST",
      headers: {
        ...(await gateway.bearer()),
        "Content-Type": "application/json",
        "Idempotency-Key": "key-1234",
      },
      body: '{"reason":"other"}',
    });
    await arrived.promise;
    silent.closeAdmin();
    await running.until("gone", "ready");
    assert.equal(await waiting, 200);
    assert.equal(other.count, 2);
    gateway.clock.advance(5_000);
    assert.equal((await command).status, 504);
    assert.equal(other.count, 2, "the other request was not cancelled");
  });

  it("takes nothing from an answer that has begun, whatever the checks find", async () => {
    const begun = Promise.withResolvers<ServerResponse>();
    await using streaming = new SmallBff((_req, res) => {
      res.write("first ");
      begun.resolve(res);
    });
    await using other = new SmallBff();
    await using running = await gatewayBefore([streaming, other]);
    await running.until("ready", "ready");
    const { gateway } = running;
    const answer = gateway.send(PATH, { headers: await gateway.bearer() });
    const res = await begun.promise;
    streaming.closeAdmin();
    await running.until("gone", "ready");
    res.end("last");
    assert.equal((await answer).text, "first last");
  });

  it("is no verdict after one failed connection, and is checked again soon", async () => {
    await using flaky = new SmallBff();
    await using other = new SmallBff();
    await using running = await gatewayBefore([flaky, other]);
    await running.until("ready", "ready");
    const [instance] = running.instances.all;
    assert.ok(instance);
    for (const found of ["gone", undefined, "gone", "ready", "gone"] as const) {
      assert.equal(instance.recordCheck(found), found === "gone");
      assert.deepEqual([instance.health, instance.isAvailable], ["ready", true]);
    }
    assert.equal(instance.recordCheck("gone"), false);
    assert.equal(instance.health, "gone");
  });

  it("says nothing of an instance whose admin port was never there", async () => {
    await using alone = new SmallBff();
    await using other = new SmallBff();
    await using running = await gatewayBefore([alone, other]);
    alone.closeAdmin();
    other.closeAdmin();
    for (let index = 0; index < 4; index += 1) {
      assert.equal(await running.get(), 200);
      running.clock.advance(500);
      assert.deepEqual(
        running.instances.all.map(({ health }) => health),
        ["unknown", "unknown"],
      );
    }
    assert.deepEqual([alone.count, other.count], [2, 2]);
  });
});
