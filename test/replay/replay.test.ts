import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import type { Answer } from "../e2e/testing/client.ts";
import { unlessHeldUp, until } from "../e2e/testing/patience.ts";
import { startReplayed } from "./testing/replayed-stack.ts";
import type { RunningStack } from "../e2e/testing/running-stack.ts";

const SERVICES = ["users", "orders", "recommendations", "catalog"] as const;
const BFFS = ["web-bff", "mobile-bff", "partner-bff"] as const;
/** Who has an order that can be cancelled: `packages/cli/src/stack/services/services.ts`. */
const BUYER = "2";

const idsIn = (text: string, form: RegExp): string[] => [...new Set(text.match(form) ?? [])];

describe("the BFFs with only recorded answers", () => {
  let replayed: RunningStack;
  before(async () => {
    // A folder in which there is no database and could be none.
    replayed = await startReplayed(
      { replay: true },
      {
        roles: [...SERVICES, ...BFFS, "identity-provider", "gateway"],
        dataDir: "/dev/null",
      },
    );
  });
  after(async () => replayed[Symbol.asyncDispose]());

  const whole = (reply: Answer): string => {
    assert.equal(reply.status, 200, reply.text);
    assert.match(reply.text, /"degraded":\[\]/);
    return reply.text;
  };
  const graphql = async (query: string, user = "42"): Promise<string> => {
    const asked = { method: "POST", json: { query } } as const;
    const { status, text } = await replayed.screen("partner-bff", "/partner/graphql", user, asked);
    assert.equal(status, 200, text);
    assert.doesNotMatch(text, /"errors"/);
    return text;
  };

  for (const [bff, home, orders, products] of [
    ["web-bff", "/web/home-page", "/web/orders", "/web/products"],
    ["mobile-bff", "/mobile/home", "/mobile/orders", "/mobile/products"],
  ] as const) {
    it(`show every screen of ${bff}, and what each home page links to`, async () => {
      for (const user of ["7", "2", "3", "4", "8", "42", "1234"]) {
        const text = whole(await replayed.screen(bff, home, user));
        for (const id of idsIn(text, /ord_\w+/g)) whole(await replayed.screen(bff, `${orders}/${id}`, user));
        for (const id of idsIn(text, /prd_\d+/g).slice(0, 3))
          whole(await replayed.screen(bff, `${products}/${id}`, user));
      }
    });
  }

  it("page through a partner's orders, with products and recommendations", async () => {
    const seen: string[] = [];
    let from = "";
    do {
      const text = await graphql(
        `{ viewer { id name orders(first: 1${from}) { edges { node { id lines { product { title } } } } pageInfo { hasNextPage endCursor } } recommendations(first: 5) { product { title } } } }`,
      );
      seen.push(...idsIn(text, /ord_\w+/g));
      const next = /"hasNextPage":true,"endCursor":"([^"]+)"/.exec(text)?.[1];
      from = next === undefined ? "" : `, after: "${next}"`;
    } while (from !== "" && seen.length < 20);
    assert.equal(seen.length, 4);
    assert.equal(new Set(seen).size, 4);
  });

  it("page through a customer's orders to the last, and refuse a cursor that no page gave", async () => {
    const sizes: number[] = [];
    for (let query: string | null = ""; query !== null;) {
      const { page } = JSON.parse(whole(await replayed.screen("web-bff", `/web/orders${query}`, "7")));
      sizes.push(page.orders.length);
      query = page.nextCursor === null ? null : `?cursor=${page.nextCursor}`;
    }
    assert.deepEqual(sizes, [10, 10, 4]);
    const direct = `${replayed.stack.url("orders")}/orders?cursor=nonsense`;
    assert.equal((await replayed.ask(direct, { headers: { "x-user-id": "7" } })).status, 400);
  });

  it("answer through the gateway, with the Txn-Token that it mints", async () => {
    const { publicOrigin = "", partnerKeyFile = "" } = replayed.stack;
    const headers = { "x-api-key": (await readFile(partnerKeyFile, "utf8")).trim() };
    const json = { query: "{ viewer { id name orders(first: 2) { edges { node { number } } } } }" };
    const reply = await unlessHeldUp(() =>
      replayed.ask(`${publicOrigin}/partner/graphql`, { method: "POST", headers, json }),
    );
    assert.equal(reply.status, 200, reply.text);
    assert.match(reply.text, /"id":"7","name":"[^"]+ 1","orders":.*SO-/);
  });

  it("cancel an order once for a key, and show it cancelled on every screen", async () => {
    const home = whole(await replayed.screen("web-bff", "/web/home-page", BUYER));
    const [id = ""] = idsIn(home, /ord_\w+/g);
    const cancel = async (key: string): Promise<Answer> =>
      replayed.once("web-bff", `/web/orders/${id}/cancel`, BUYER, {
        method: "POST",
        headers: { "idempotency-key": key },
        json: { reason: "changed_mind" },
      });
    // Asked again under its key where a busy machine made it late: it is done once all the same.
    const done = await until("the cancellation", async () => {
      const reply = await cancel("a-first-key");
      return reply.status === 200 ? reply : undefined;
    });
    assert.match(done.text, /"status":"cancelled"/);
    assert.equal((await cancel("another-key")).status, 409);
    assert.match(whole(await replayed.screen("mobile-bff", `/mobile/orders/${id}`, BUYER)), /"cancelled"/);
    // Another user gets the same person's answers, but has orders of their own.
    const other = whole(await replayed.screen("web-bff", `/web/orders/${id}`, String(Number(BUYER) + 6)));
    assert.match(other, /"status":"placed"/);
  });

  it("say in the service's log how to record a missing answer", async () => {
    const reply = await replayed.once("web-bff", "/web/orders/ord_of_nobody", "42");
    assert.equal(reply.status, 502);
    assert.match(reply.text, /"section":"order","upstream":"orders"/);
    await until("the line in the log", async () => {
      const line = (await replayed.log("orders")).split("\n").find((text) => text.includes("ord_of_nobody"));
      if (line === undefined) return undefined;
      assert.match(
        line,
        /"level":"warn".*GET \/orders\/ord_of_nobody by person 6 of 6.*npm run dev -- --record/,
      );
      return true;
    });
    const direct = await replayed.ask(`${replayed.stack.url("orders")}/other`, {
      headers: { "x-user-id": "1" },
    });
    assert.equal(direct.status, 422);
    assert.match(direct.text, /"type":"\/problems\/not-recorded".*--record/);
  });

  it("take the sample services' switches while they run", async () => {
    const switches = `${replayed.stack.adminUrl("recommendations")}/switches`;
    await replayed.ask(switches, { method: "PUT", json: { fail: { status: 503 } } });
    const failing = await replayed.screen("web-bff", "/web/home-page", "9");
    assert.match(failing.text, /"degraded":\[\{"section":"recommendations","reason":"unavailable"/);
    await replayed.ask(switches, { method: "DELETE" });
    whole(await replayed.screen("web-bff", "/web/home-page", "10"));
  });
});
