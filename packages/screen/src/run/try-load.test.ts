import assert from "node:assert/strict";
import { test } from "node:test";
import { Type } from "typebox";
import { request } from "undici";
import { FakeClock } from "@triptych/testing";
import { defineScreens } from "../definition/screen.ts";
import type { TryLoad } from "../definition/section.ts";
import { hangs, until, upstreamFailure, watchedHang } from "../testing/fake-upstreams.ts";
import type { Answers, FakeClients } from "../testing/fake-upstreams.ts";
import { serveScreens } from "../testing/serve-screens.ts";

const { screen, command, optional, required } = defineScreens<FakeClients>();

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

const hurried = screen({
  name: "hurried",
  path: "/hurried",
  summary: "For tests",
  budget: { deadlineMs: 800, upstreamCalls: 3, bytes: 1_000 },
  sections: {
    list: optional({
      schema: Type.String(),
      fallback: "none",
      deadlineMs: 200,
      load: async ({ orders, rename }, _input, tryLoad) =>
        Promise.all([
          orders(),
          rename("42", "Ada", "key-12345678"),
          tryLoad(({ profile }) => profile(), { deadlineMs: 700 }),
        ]),
      shape: () => "some",
    }),
    slow: required({ schema: Type.Null(), load: ({ profile }) => profile(), shape: () => null }),
  },
});

for (const [end, cause, fails] of [
  ["fails", "abandoned", true],
  ["is out of time", "deadline", false],
] as const) {
  test(`a section that ${end} ends its calls and those of its parts, and no others`, async () => {
    const clock = new FakeClock();
    const [inSection, inPart] = [watchedHang(), watchedHang()];
    let sharesOtherCall = true;
    const answers: Answers = {
      orders: fails ? () => Promise.reject(upstreamFailure("unavailable")) : hangs,
      rename: inSection.answer,
      // The section that is asked last has no deadline of its own.
      profile: (scope) => {
        if (scope.deadline.remainingMs() < 800) return inPart.answer(scope);
        return until(() => inPart.endedBy() !== undefined).then(() => {
          sharesOtherCall = scope.deadline.ended !== undefined;
          return { name: "Ada" };
        });
      },
    };
    await serveScreens([hurried], { answers, clock }, async ({ origin }) => {
      const answer = request(`${origin}/hurried`);
      await until(() => inSection.started() && inPart.started());
      if (!fails) clock.advance(200);
      const { body } = await answer;
      const reason = fails ? "unavailable" : "timeout";
      assert.deepEqual(await body.json(), {
        list: "none",
        slow: null,
        degraded: [{ section: "list", reason }],
      });
    });
    assert.deepEqual([inSection.endedBy(), inPart.endedBy(), sharesOtherCall], [cause, cause, false]);
  });
}

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
