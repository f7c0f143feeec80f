import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Agent, request } from "undici";
import { missing, runCanary } from "./testing/proxy.ts";
import type { RunningCanary } from "./testing/proxy.ts";
import { RecordingGateway } from "./testing/recording-gateway.ts";

/** Every cohort that the gateway gives. */
const COHORTS = 1_000;
const AT_ONCE = 20;

for (const by of ["cohort", "share"] as const) {
  describe(`a canary by ${by}`, { skip: missing("haproxy") ?? false }, () => {
    let stable: RecordingGateway;
    let next: RecordingGateway;
    let proxy: RunningCanary;
    const agent = new Agent();

    before(async () => {
      stable = await new RecordingGateway().start();
      next = await new RecordingGateway().start();
      proxy = await runCanary({ stable, canary: next }, by);
    });
    beforeEach(async () => {
      stable.answer = (_req, res) => void res.end("stable");
      next.answer = (_req, res) => void res.end("canary");
      await proxy.setShare(0);
      // A busy machine may answer two checks too late. These tests are not about that.
      await proxy.tell("disable health bff/stable; disable health bff/canary");
    });
    after(async () => {
      await agent.destroy();
      await proxy[Symbol.asyncDispose]();
      await stable[Symbol.asyncDispose]();
      await next[Symbol.asyncDispose]();
    });

    async function ask(cohort: number | undefined, method: "GET" | "POST" = "GET") {
      const { statusCode, body } = await request(`${proxy.url}/web/home-page`, {
        dispatcher: agent,
        method,
        headers: cohort === undefined ? {} : { "X-Cohort": String(cohort) },
        ...(method === "POST" ? { body: "{}" } : {}),
      });
      return { status: statusCode, text: await body.text() };
    }

    /**
     * Which of the first cohorts the canary answers. One of the two answers every request.
     */
    async function cohortsOfCanary(count = 100): Promise<Set<number>> {
      const found = new Set<number>();
      for (let first = 0; first < count; first += AT_ONCE) {
        const cohorts = Array.from({ length: AT_ONCE }, (_, index) => first + index);
        await Promise.all(
          cohorts.map(async (cohort) => {
            const { status, text } = await ask(cohort);
            assert.equal(status, 200);
            if (text === "canary") found.add(cohort);
            else assert.equal(text, "stable");
          }),
        );
      }
      return found;
    }

    async function untilCanaryIs(state: "UP" | "DOWN"): Promise<void> {
      while (!(await proxy.stateOf("canary")).startsWith(state)) await setTimeout(20);
    }

    it("gets no requests at first", async () => {
      assert.equal((await cohortsOfCanary()).size, 0);
    });

    if (by === "share") {
      it("gets exactly its share of the requests, whichever users send them", async () => {
        await proxy.setShare(10);
        let count = 0;
        for (let index = 0; index < 200; index += 1) if ((await ask(7)).text === "canary") count += 1;
        assert.equal(count, 20);
      });
    } else {
      it("gets about its share of the users, and always the same users", async () => {
        await proxy.setShare(10);
        const first = await cohortsOfCanary(COHORTS);
        // The ring has 16 points for each percent: its arcs make a tenth to within a few percent of
        // the users.
        assert.ok(first.size > 60 && first.size < 140, `${first.size} of ${COHORTS}`);
        assert.deepEqual(await cohortsOfCanary(COHORTS), first);
      });

      it("keeps its users as its share grows, and gets the same users when the share is reduced again", async () => {
        await proxy.setShare(5);
        const few = await cohortsOfCanary(COHORTS);
        await proxy.setShare(50);
        const many = await cohortsOfCanary(COHORTS);
        assert.deepEqual(
          [...few].filter((cohort) => !many.has(cohort)),
          [],
        );
        assert.ok(many.size > 400 && many.size < 600, `${many.size} of ${COHORTS}`);
        await proxy.setShare(5);
        assert.deepEqual(await cohortsOfCanary(COHORTS), few);
      });

      it("gets its share of the users without a cohort", async () => {
        await proxy.setShare(50);
        const texts = new Set<string>();
        for (let index = 0; index < 10; index += 1) texts.add((await ask(undefined)).text);
        assert.deepEqual(texts, new Set(["stable", "canary"]));
      });
    }

    it("loses its share under load without a failed request", async () => {
      await proxy.setShare(50);
      const statuses = new Set<number>();
      const asking = Array.from({ length: 8 }, async (_, worker) => {
        for (let index = 0; index < 50; index += 1) statuses.add((await ask(worker * 100 + index)).status);
      });
      await proxy.setShare(0);
      await Promise.all(asking);
      assert.deepEqual(statuses, new Set([200]));
      next.seen.length = 0;
      assert.equal((await cohortsOfCanary()).size, 0);
      assert.equal(next.seen.length, 0);
    });

    it("gets no requests while it is not ready", async () => {
      await proxy.setShare(50);
      await proxy.tell("enable health bff/canary");
      next.ready = false;
      await untilCanaryIs("DOWN");
      assert.equal((await cohortsOfCanary()).size, 0);
      next.ready = true;
      await untilCanaryIs("UP");
      assert.ok((await cohortsOfCanary()).size > 0);
    });

    it("is replaced by the stable version when it is gone, and each request is executed once", async () => {
      await proxy.setShare(50);
      await next.stopPublic();
      stable.seen.length = 0;
      // No check has noticed yet, so it still gets requests, and each connection is refused.
      for (let cohort = 0; cohort < 100; cohort += 1) {
        assert.deepEqual(await ask(cohort, "POST"), { status: 200, text: "stable" });
      }
      assert.equal(stable.seen.length, 100);
      await next.startPublic();
    });

    it("answers 502 to a POST during which it died, and the POST is not repeated", async () => {
      await proxy.setShare(50);
      next.answer = (req) => void req.socket.destroy();
      stable.seen.length = 0;
      next.seen.length = 0;
      const statuses: number[] = [];
      for (let cohort = 0; cohort < 40; cohort += 1) statuses.push((await ask(cohort, "POST")).status);
      const failed = statuses.filter((status) => status === 502).length;
      assert.ok(failed > 0);
      assert.equal(failed, next.seen.length);
      assert.equal(statuses.filter((status) => status === 200).length, stable.seen.length);
      assert.equal(statuses.length, stable.seen.length + next.seen.length);
    });
  });
}
