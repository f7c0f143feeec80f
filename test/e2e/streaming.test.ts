import assert from "node:assert/strict";
import { afterEach, before, describe, it } from "node:test";
import { HOME_PAGE } from "./testing/home-page.ts";
import { unlessLate } from "./testing/patience.ts";
import { SERVICES } from "./testing/running-stack.ts";
import { freshSystem } from "./testing/shared-system.ts";
import type { System } from "./testing/system.ts";

/**
 * Delays that make the sections of a home page ready one after the other: profile,
 * recommendations, orders.
 */
const ONE_BY_ONE = {
  users: { delay: { ms: 80 } },
  recommendations: { delay: { ms: 200 } },
  orders: { delay: { ms: 450 } },
};

/** A reader that runs no script and places no section. */
const CURL = { "user-agent": "curl/8.5.0" };

describe("a page that is streamed", () => {
  let system: System;
  before(async () => {
    system = await freshSystem();
  });
  afterEach(() => system.behave());

  it("starts while no service has answered", async () => {
    await system.misbehave({ hang: {} });
    for (const headers of [{}, CURL]) {
      const first = await unlessLate(async () => {
        await system.forgetCalls();
        const leave = new AbortController();
        const ask = { user: system.newVisitor(), accept: "text/html", headers, signal: leave.signal };
        const { body } = await system.web.open(HOME_PAGE, ask);
        const piece = await firstPiece(body);
        const calls = await Promise.all(SERVICES.map((name) => system.services[name].calls()));
        leave.abort();
        // A call that has ended met its deadline: the machine was late, or the page waited.
        return calls.flat().every(({ endedAt }) => endedAt === null) ? piece : undefined;
      });
      assert.match(first, /^<!doctype html>[^]*<title>[^<]+<\/title>[^]*<main id="main">/);
    }
  });

  for (const coding of ["identity", "gzip", "br"]) {
    it(`sends each section when it is ready, compressed with ${coding}`, async () => {
      await misbehaveOneByOne();
      const ask = async () => {
        const headers = { "accept-encoding": coding };
        const answer = await system.web.open(HOME_PAGE, {
          user: system.newVisitor(),
          accept: "text/html",
          headers,
        });
        assert.equal(answer.headers["content-encoding"], coding === "identity" ? undefined : coding);
        return answer.body;
      };
      const marks = [
        '<?start name="recentOrders">',
        '<template for="profile">',
        '<template for="recommendations">',
        '<template for="recentOrders">',
        "</html>",
      ];
      await assertInPieces(ask, marks.slice(0, -1), marks.at(-1) ?? "");
    });
  }

  it("sends the sections in document order to a reader that runs no script", async () => {
    await misbehaveOneByOne();
    const ask = async () => {
      const { body } = await system.web.open(HOME_PAGE, {
        user: system.newVisitor(),
        accept: "text/html",
        headers: CURL,
      });
      return body;
    };
    // The orders are ready last, and the recommendations wait for them.
    const page = await assertInPieces(ask, ['<section class="you"', "<h1", 'class="orders"'], "</html>");
    assert.ok(page.indexOf('class="products"') > page.indexOf('class="orders"'));
    assert.doesNotMatch(page, /<template|<\?|<script|class="coming/);
  });

  async function misbehaveOneByOne(): Promise<void> {
    for (const [name, switches] of Object.entries(ONE_BY_ONE)) {
      if (isService(name)) await system.services[name].misbehave(switches);
    }
  }
});

async function firstPiece(body: AsyncIterable<unknown>): Promise<string> {
  for await (const piece of body) return String(piece);
  return "";
}

/**
 * Pieces that were sent separately arrive together if this process was busy in between, but not in
 * every one of so many pages.
 */
const PAGES = 5;

/**
 * Reads to the end and finds each mark in a later piece than the one before it; `last` may come
 * with the last of them.
 */
async function assertInPieces(
  ask: () => Promise<AsyncIterable<unknown>>,
  marks: readonly string[],
  last: string,
): Promise<string> {
  for (let page = 1; page < PAGES; page += 1) {
    try {
      return await readInPieces(await ask(), marks, last);
    } catch (error) {
      if (!(error instanceof assert.AssertionError)) throw error;
    }
  }
  return readInPieces(await ask(), marks, last);
}

async function readInPieces(
  body: AsyncIterable<unknown>,
  marks: readonly string[],
  last: string,
): Promise<string> {
  let page = "";
  const seen: string[] = [];
  for await (const piece of body) {
    page += String(piece);
    const found = marks.filter((mark) => page.includes(mark) && !seen.includes(mark));
    assert.ok(found.length <= 1, `in one piece: ${found.join(" and ")}`);
    seen.push(...found);
  }
  assert.deepEqual(seen, marks);
  assert.ok(page.endsWith(last));
  return page;
}

function isService(name: string): name is keyof typeof ONE_BY_ONE {
  return Object.hasOwn(ONE_BY_ONE, name);
}
