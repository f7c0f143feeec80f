import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { copiedData, temporaryDirectory } from "../domain-services/testing/pristine-data.ts";
import { DEFAULT_USERS, visit } from "@triptych/cli/stack";
import type { RoleName } from "@triptych/cli/stack";
import { startReplayed } from "./testing/replayed-stack.ts";
import type { RunningStack } from "../e2e/testing/running-stack.ts";

const SERVICES: RoleName[] = ["users", "orders", "recommendations", "catalog"];
const asUser = (user: string) => ({ headers: { "x-user-id": user } });

describe("real services beside recorded ones", () => {
  let dataDir: string;
  let real: RunningStack;
  before(async () => {
    dataDir = await copiedData("orders");
    real = await startReplayed({ replay: true, real: ["orders"] }, { roles: ["orders"], dataDir });
  });
  after(async () => {
    await real[Symbol.asyncDispose]();
    await rm(dataDir, { recursive: true, force: true });
  });

  it("are called at their address, while the others answer from recordings, slow or failing as told", async () => {
    const orders = real.stack.url("orders");
    const options = {
      replay: true,
      real: [`orders=${orders}`],
      slow: ["catalog=60"],
      fail: ["recommendations=500"],
    };
    await using mixed = await startReplayed(options, { roles: [...SERVICES, "web-bff"] });
    const { text } = await mixed.screen("web-bff", "/web/home-page", "42");
    assert.match(text, /"name":"Exempla/, "the profile is recorded");
    assert.match(text, /"id":"ord_1n8kcp20fpcm0q"/, "the orders are the database's");
    assert.match(text, /"degraded":\[\{"section":"recommendations","reason":"unavailable"/);
    const product = "/products?ids=prd_0002";
    const begun = performance.now();
    assert.equal((await mixed.ask(`${mixed.stack.url("catalog")}${product}`)).status, 200);
    // A timer may fire a millisecond early.
    assert.ok(performance.now() - begun >= 59);
  });

  it("are the sample services if no address is given", async () => {
    const { text } = await real.ask(`${real.stack.url("orders")}/orders?limit=1`, asUser("42"));
    assert.match(text, /ord_1n8kcp20fpcm0q/);
  });
});

describe("recording", () => {
  it("keeps what the screens of some users need, without personal data, and replays it", async () => {
    const dataDir = await copiedData();
    const folder = temporaryDirectory();
    const env = { REPLAY_RECORDINGS: folder };
    const url = (stack: RunningStack, service: RoleName, path: string) =>
      `${stack.stack.url(service)}${path}`;
    try {
      let userNow = "";
      let orderNow = "";
      {
        const recorded = { record: true, users: DEFAULT_USERS.slice(0, 2).join(",") };
        await using recorder = await startReplayed(recorded, { roles: SERVICES, env, dataDir });
        const failed = await visit(DEFAULT_USERS.slice(0, 2), (service) => recorder.stack.url(service));
        assert.deepEqual(failed, []);
        userNow = (await recorder.ask(url(recorder, "users", "/users/me"), asUser("7"))).text;
        orderNow = (await recorder.ask(url(recorder, "orders", "/orders?limit=1"), asUser("2"))).text;
        const id = /ord_\w+/.exec(orderNow)?.[0] ?? "";
        const cancelled = await recorder.ask(url(recorder, "orders", `/orders/${id}/cancel`), {
          method: "POST",
          headers: { "x-user-id": "2", "idempotency-key": "a-key-of-the-test" },
          json: { reason: "other" },
        });
        assert.match(cancelled.text, /"status":"cancelled"/, "a command is done for real");
        await recorder.ask(url(recorder, "orders", `/orders?limit=1`), asUser("2"));
        await recorder.ask(url(recorder, "users", "/users/me"), asUser("99"));
        assert.match(await recorder.log("users"), /not among --users/);
      }
      assert.match(userNow, /Müller-Lüdenscheidt/, "who asks while recording sees what is real");
      await using replay = await startReplayed(
        { replay: true },
        { roles: SERVICES, env, dataDir: "/dev/null" },
      );
      const user = (await replay.ask(url(replay, "users", "/users/me"), asUser("7"))).text;
      assert.doesNotMatch(user, /Müller|Jörg/);
      assert.match(user, /^\{"id":"7","email":"person-1@example\.com"/);
      const orders = (await replay.ask(url(replay, "orders", "/orders?limit=1"), asUser("2"))).text;
      assert.match(orders, /"status":"(?:paid|placed|packed)"/, "as it was before the command");
      const total = /"total":\{[^}]*\}/;
      assert.equal(total.exec(orders)?.[0], total.exec(orderNow)?.[0]);
      const ids = /prd_\d+/.exec(orders)?.[0] ?? "";
      assert.equal((await replay.ask(url(replay, "catalog", `/products/${ids}`))).status, 200);
    } finally {
      await rm(folder, { recursive: true, force: true });
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
