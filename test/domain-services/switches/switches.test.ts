import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, afterEach, before, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { request } from "undici";
import { catalogService } from "../catalog/main.ts";
import { ordersService } from "../orders/main.ts";
import { contractOf } from "../testing/contracts.ts";
import { at, listAt, memberOf, textAt } from "../testing/json.ts";
import { startUnderTest } from "../testing/service-under-test.ts";
import type { ServiceUnderTest } from "../testing/service-under-test.ts";
import { usersService } from "../users/main.ts";
import { BREAKS } from "@triptych/testing/switches";

/** Everything a service writes on a new connection, and whether it ended with an RST. */
async function rawExchange(port: number, path: string): Promise<{ text: string; hasReset: boolean }> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  let hasReset = false;
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => (text += chunk));
  socket.on("error", (error: NodeJS.ErrnoException) => (hasReset = error.code === "ECONNRESET"));
  socket.write(`GET ${path} HTTP/1.1\r\nHost: test\r\nX-User-Id: 1\r\n\r\n`);
  await new Promise((resolve) => socket.once("close", resolve));
  return { text, hasReset };
}

const USERS_CONTRACT = contractOf("users");

describe("the switches of a running service", () => {
  let users: ServiceUnderTest;
  before(async () => {
    users = await startUnderTest(usersService);
  });
  afterEach(async () => {
    await users.admin("DELETE", "/switches");
    await users.admin("DELETE", "/calls");
  });
  after(() => users.stop());

  const me = (): ReturnType<ServiceUnderTest["call"]> => users.call("1", "/users/me");
  const calls = async (): Promise<unknown[]> => listAt((await users.admin("GET", "/calls")).text, "calls");
  /**
   * The newest call once the service has seen its end, which it learns of a moment after the
   * client.
   */
  const endedCall = async (): Promise<unknown> => {
    for (;;) {
      const call = (await calls()).at(-1);
      if (call !== undefined && memberOf(call, "endedAt") !== null) return call;
    }
  };

  it("are off at first, are shown as they are set, are replaced as a whole, and are turned off", async () => {
    assert.equal((await users.admin("GET", "/switches")).text, "{}");
    await users.setSwitches({ fail: { status: 503 }, seed: 3 });
    assert.deepEqual(JSON.parse((await users.admin("GET", "/switches")).text), {
      fail: { status: 503, ratio: 1 },
      seed: 3,
    });
    await users.setSwitches({ delay: { ms: 1 } });
    assert.equal((await me()).status, 200);
    assert.equal((await users.admin("DELETE", "/switches")).text, "{}");
  });

  it("are refused and not changed if they are not understood", async () => {
    await users.setSwitches({ fail: { status: 503 } });
    const refused = await users.admin("PUT", "/switches", { break: "everything" });
    assert.equal(refused.status, 400);
    assert.match(String(at(refused.text, "detail")), /break must be one of .* got "everything"/);
    assert.equal((await users.admin("PUT", "/switches")).status, 415);
    assert.equal((await me()).status, 503);
  });

  it("can be set at the start", async () => {
    const failing = await startUnderTest(usersService, {
      settings: { switches: { fail: { status: 500, ratio: 1 } } },
    });
    assert.equal((await failing.call("1", "/users/me")).status, 500);
    assert.equal((await failing.admin("GET", "/healthz")).status, 200);
    await failing.stop();
  });

  it("are not on the public port, nor is the service on theirs", async () => {
    assert.equal((await users.call("1", "/switches")).status, 404);
    assert.equal((await users.admin("GET", "/users/me")).status, 404);
  });

  it("say what may be kept of the answers", async () => {
    await users.setSwitches({ cacheControl: "no-store" });
    const { status, headers } = await me();
    assert.deepEqual([status, headers["cache-control"]], [200, "no-store"]);
  });

  it("fail with a problem and a Retry-After", async () => {
    await users.setSwitches({ fail: { status: 503, retryAfterSeconds: 7 } });
    const answer = await me();
    assert.deepEqual(
      [answer.status, answer.headers["retry-after"], answer.headers["content-type"]],
      [503, "7", "application/problem+json"],
    );
    assert.equal(USERS_CONTRACT.problem(JSON.parse(answer.text)), undefined);
  });

  it("delay an answer by what they say, as the service's own record shows", async () => {
    await users.setSwitches({ delay: { ms: 30 } });
    assert.equal((await me()).status, 200);
    const call = await endedCall();
    const [start, end] = [memberOf(call, "startedAt"), memberOf(call, "endedAt")];
    // A timer may fire up to 1 ms early, and whole milliseconds lose another.
    assert.ok(
      typeof start === "number" && typeof end === "number" && end - start >= 28,
      `${String(start)} to ${String(end)}`,
    );
  });

  it("hang until the client goes away, which is recorded", async () => {
    await users.setSwitches({ hang: {} });
    const controller = new AbortController();
    const waiting = users.call("1", "/users/me", { signal: controller.signal });
    while ((await calls()).length === 0);
    assert.equal(memberOf((await calls()).at(-1), "endedAt"), null, "the call is still running");
    controller.abort();
    await assert.rejects(waiting, { name: "AbortError" });
    const call = await endedCall();
    assert.deepEqual([memberOf(call, "status"), memberOf(call, "aborted")], [null, true]);
  });

  it("hang in the middle of a body", async () => {
    await users.setSwitches({ hang: { phase: "mid-body" } });
    const answer = await request(`http://127.0.0.1:${users.port}/users/me`, {
      headers: { "x-user-id": "1" },
    });
    assert.equal(answer.statusCode, 200);
    const chunks = answer.body.iterator({ destroyOnReturn: true });
    const first: unknown = (await chunks.next()).value;
    assert.ok(Buffer.isBuffer(first) && first.length * 2 <= Number(answer.headers["content-length"]));
    answer.body.destroy();
    answer.body.on("error", () => undefined);
    assert.equal(memberOf(await endedCall(), "aborted"), true);
  });

  it("reset the connection before the headers", async () => {
    await users.setSwitches({ reset: {} });
    assert.deepEqual(await rawExchange(users.port, "/users/me"), { text: "", hasReset: true });
    const call = await endedCall();
    assert.deepEqual([memberOf(call, "status"), memberOf(call, "aborted")], [null, false]);
  });

  it("reset the connection in the middle of the body", async () => {
    await users.setSwitches({ reset: { phase: "mid-body" } });
    const { text, hasReset } = await rawExchange(users.port, "/users/me");
    assert.ok(hasReset);
    assert.match(text, /^HTTP\/1\.1 200 OK[^]*\{"id":"1"/);
    assert.equal(text.endsWith("}"), false);
  });

  it("cut a body short with an ordinary end", async () => {
    await users.setSwitches({ break: "truncated" });
    const { text, hasReset } = await rawExchange(users.port, "/users/me");
    assert.equal(hasReset, false);
    assert.match(text, /^HTTP\/1\.1 200 OK[^]*\{"id":"1"/);
    await assert.rejects(me());
  });

  it("break the contract in the payload, so that a check of the contract reports it, or must not", async () => {
    const check = USERS_CONTRACT.success("get", "/users/me");
    for (const [how, isBroken] of [
      ["missing-field", true],
      ["wrong-type", true],
      ["unknown-enum", true],
      ["extra-fields", false],
    ] as const) {
      const intact = await me();
      await users.setSwitches({ break: how });
      const broken = await me();
      assert.equal(broken.status, 200);
      assert.notEqual(broken.text, intact.text, how);
      assert.equal(check(JSON.parse(broken.text)) !== undefined, isBroken, how);
      assert.notEqual(broken.headers["etag"], intact.headers["etag"], "another body, another ETag");
      await users.admin("DELETE", "/switches");
    }
  });

  it("break the contract on the wire", async () => {
    const intact = await me();
    const broken = async (how: string): Promise<Awaited<ReturnType<typeof me>>> => {
      await users.setSwitches({ break: how });
      return me();
    };
    const notJson = await broken("not-json");
    assert.equal(notJson.headers["content-type"], "application/json");
    assert.throws(() => void JSON.parse(notJson.text), SyntaxError);
    const html = await broken("wrong-media-type");
    assert.deepEqual([html.headers["content-type"], html.text], ["text/html; charset=utf-8", intact.text]);
    const empty = await broken("empty-204");
    assert.deepEqual([empty.status, empty.text], [204, ""]);
    const redirect = await broken("redirect");
    assert.deepEqual([redirect.status, redirect.headers["location"]], [302, "/moved"]);
    const large = await broken("too-large");
    assert.ok(large.text.length > 2 * 1024 * 1024 && large.headers["content-length"] === undefined);
    assert.deepEqual(JSON.parse(large.text), JSON.parse(intact.text));
    await users.setSwitches({ break: "compressed" });
    const packed = await request(`http://127.0.0.1:${users.port}/users/me`, {
      headers: { "x-user-id": "1" },
    });
    assert.equal(packed.headers["content-encoding"], "gzip");
    assert.equal(gunzipSync(Buffer.from(await packed.body.arrayBuffer())).toString(), intact.text);
  });

  it("do not change a problem when they break the contract of successes", async () => {
    for (const how of BREAKS) {
      await users.setSwitches({ break: how });
      const answer = await users.call("unknown", "/users/me");
      assert.deepEqual(
        [answer.status, USERS_CONTRACT.problem(JSON.parse(answer.text))],
        [404, undefined],
        how,
      );
    }
  });

  it("record calls as they came, and forget them on request", async () => {
    await users.call("", "/users/me?a=1&a=%2F", {
      headers: ["x-user-id", "2", "X-Twice", "one", "x-twice", "two"],
    });
    const call = await endedCall();
    assert.deepEqual(
      [memberOf(call, "method"), memberOf(call, "path"), memberOf(call, "status"), memberOf(call, "aborted")],
      ["GET", "/users/me?a=1&a=%2F", 200, false],
    );
    assert.equal(textAt(call, "headers.x-user-id"), "2");
    assert.deepEqual(memberOf(memberOf(call, "headers"), "x-twice"), ["one", "two"]);
    await users.admin("DELETE", "/calls");
    assert.deepEqual(JSON.parse((await users.admin("GET", "/calls")).text), { calls: [] });
  });
});

describe("a lost answer", () => {
  it("does not lose the work: a cancellation whose answer was reset is done, and its key repeats the answer", async () => {
    const orders = await startUnderTest(ordersService);
    const [order] = listAt((await orders.call("1", "/orders?limit=1")).text, "orders");
    const path = `/orders/${textAt(order, "id")}`;
    const cancel = (): ReturnType<ServiceUnderTest["call"]> =>
      orders.call("1", `${path}/cancel`, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": "lost-answer" },
        body: '{"reason":"too_slow"}',
      });
    await orders.setSwitches({ reset: {}, times: 1, paths: [path] });
    await assert.rejects(cancel());
    assert.equal(at((await orders.call("1", path)).text, "status"), "cancelled");
    const repeated = await cancel();
    assert.deepEqual([repeated.status, at(repeated.text, "status")], [200, "cancelled"]);
    await orders.stop();
  });
});

describe("what can be broken in an answer", () => {
  it("breaks the contract of every route of the catalog and of the orders", async () => {
    const catalog = await startUnderTest(catalogService);
    const orders = await startUnderTest(ordersService);
    const [order] = listAt((await orders.call("1", "/orders?limit=1")).text, "orders");
    const targets = [
      [catalog, "/products?ids=prd_0001", contractOf("catalog").success("get", "/products")],
      [catalog, "/products/prd_0001", contractOf("catalog").success("get", "/products/{productId}")],
      [orders, "/orders", contractOf("orders").success("get", "/orders")],
      [orders, `/orders/${textAt(order, "id")}`, contractOf("orders").success("get", "/orders/{orderId}")],
    ] as const;
    for (const [service, path, check] of targets) {
      for (const how of ["missing-field", "wrong-type", "unknown-enum"]) {
        await service.setSwitches({ break: how });
        const answer = await service.call("1", path);
        assert.notEqual(check(JSON.parse(answer.text)), undefined, `${how} on ${path}`);
      }
    }
    await orders.setSwitches({ break: "missing-field" });
    assert.deepEqual(
      JSON.parse((await orders.call("8", "/orders")).text),
      { nextCursor: null },
      "broken although there are no orders",
    );
    await catalog.stop();
    await orders.stop();
  });
});
