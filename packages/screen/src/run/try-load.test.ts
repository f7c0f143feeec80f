import assert from "node:assert/strict";
import { test } from "node:test";
import { Type } from "typebox";
import { request } from "undici";
import { FakeClock } from "@triptych/testing";
import { defineScreens } from "../definition/screen.ts";
import type { TryLoad } from "../definition/section.ts";
import { until, upstreamFailure, watchedHang } from "../testing/fake-upstreams.ts";
import type { Answers, FakeClients } from "../testing/fake-upstreams.ts";
import { serveScreens } from "../testing/serve-screens.ts";

const { screen, command, required } = defineScreens<FakeClients>();

/** The orders, and a title for them, which may be missing. */
const titled = screen({
  name: "titled",
  path: "/titled",
  summary: "For tests",
  budget: { deadlineMs: 800, upstreamCalls: 2, bytes: 1_000 },
  sections: {
    list: required({
      schema: Type.Object({ title: Type.String(), count: Type.Integer() }),
      load: async ({ orders }, _input, tryLoad) => {
        const [found, reader] = await Promise.all([orders(), readerOf(tryLoad)]);
        return { count: found.length, reader };
      },
      shape: ({ count, reader }) => ({ title: `Orders of ${reader?.name ?? "yours"}`, count }),
    }),
  },
});

const clear = command({
  name: "clear",
  path: "/titled/clear",
  summary: "For tests",
  deadlineMs: 800,
  body: Type.Object({}),
  run: async (_clients, _input, tryLoad) => ({ count: 0, reader: await readerOf(tryLoad) }),
  answer: { screen: titled, section: "list" },
});

function readerOf(tryLoad: TryLoad<FakeClients>) {
  return tryLoad(({ profile }) => profile(), { deadlineMs: 300 });
}

const ORDERS = { orders: async () => [{ id: "o1" }] };

async function get(
  answers: Answers,
  clock = new FakeClock(),
  meanwhile: () => Promise<void> = async () => {},
) {
  const result = { status: 0, json: undefined as unknown, headers: {} as Record<string, unknown> };
  await serveScreens([titled], { answers: { ...ORDERS, ...answers }, clock }, async ({ origin, reports }) => {
    const answer = request(`${origin}/titled`);
    await meanwhile();
    const { statusCode, body, headers } = await answer;
    Object.assign(result, { status: statusCode, json: await body.json(), headers, reports });
  });
  return result;
}

test("loads a part beside the rest", async () => {
  const { json, headers } = await get({ profile: async () => ({ name: "Ada" }) });
  assert.deepEqual(json, { list: { title: "Orders of Ada", count: 1 }, degraded: [] });
  assert.equal(typeof headers["etag"], "string");
});

for (const kind of ["unavailable", "timeout", "invalid", "overloaded", "rejected"] as const) {
  test(`shows the section without a part that is ${kind}, says so, and is not to be kept`, async () => {
    const error = upstreamFailure(kind);
    const { json, headers, ...rest } = await get({ profile: () => Promise.reject(error) });
    assert.deepEqual(json, {
      list: { title: "Orders of yours", count: 1 },
      degraded: [{ section: "list", reason: kind }],
    });
    assert.equal(headers["cache-control"], "private, no-store");
    assert.partialDeepStrictEqual(rest, {
      reports: [{ failures: [{ section: "list", error, bug: false }] }],
    });
  });
}

test("waits for a part no longer than its own deadline", async () => {
  const clock = new FakeClock();
  const hang = watchedHang();
  const { json } = await get({ profile: hang.answer }, clock, async () => {
    await until(hang.started);
    clock.advance(300);
  });
  assert.equal(hang.endedBy(), "deadline");
  assert.partialDeepStrictEqual(json, { degraded: [{ section: "list", reason: "timeout" }] });
});

test("fails the section if loading the part throws a bug of ours", async () => {
  const { status, json } = await get({ profile: () => Promise.reject(new TypeError("a bug")) });
  assert.equal(status, 500);
  assert.partialDeepStrictEqual(json, { code: "internal", section: "list" });
});

test("does a command's work without the part, and says so", async () => {
  const answers = { profile: () => Promise.reject(upstreamFailure("unavailable")) };
  await serveScreens([titled], { answers, commands: [clear] }, async ({ origin }) => {
    const { body } = await request(`${origin}/titled/clear`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": "key-12345678" },
      body: "{}",
    });
    assert.deepEqual(await body.json(), {
      list: { title: "Orders of yours", count: 0 },
      degraded: [{ section: "list", reason: "unavailable" }],
    });
  });
});
