import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "@triptych/testing";
import { request } from "undici";
import type { PageContext } from "../definition/page-view.ts";
import { upstreamFailure } from "../testing/fake-upstreams.ts";
import type { Answers } from "../testing/fake-upstreams.ts";
import { profileScreen } from "../testing/profile-screen.ts";
import { serveScreens } from "../testing/serve-screens.ts";
import type { ScreenReport } from "./run-screen.ts";

const GOOD = { profile: async () => ({ name: "Ada" }), orders: async () => [{ id: "o1" }] };

/** The tests' screen, whose page says for which locale it is written. */
assert.ok(profileScreen.page);
const localised = {
  ...profileScreen,
  page: {
    ...profileScreen.page,
    sections: {
      ...profileScreen.page.sections,
      profile: ({ name }: { name: string }, _: unknown, page: PageContext) =>
        `<h1>${name} ${page.locale}</h1>`,
    },
  },
};

/** The page's profile, for a reader whose locale is found like this. */
async function writtenFor(
  readerLocale: () => Promise<string | undefined>,
  clock = new FakeClock(),
  answers: Answers = GOOD,
  screen: typeof localised = localised,
) {
  let found: { page: string; reports: readonly ScreenReport[] } | undefined;
  const options = { answers, clock, mount: { readerLocale } };
  await serveScreens([screen], options, async ({ origin, reports }) => {
    const { body } = await request(`${origin}/profile`, { headers: { accept: "text/html" } });
    found = { page: await body.text(), reports };
  });
  assert.ok(found);
  return found;
}

test("writes a page for the locale of its reader, for which sections wait", async () => {
  const late = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return "de-DE";
  };
  assert.match((await writtenFor(late)).page, /<h1>Ada de-DE<\/h1>/);
  assert.match((await writtenFor(async () => "x y")).page, /<h1>Ada en-GB<\/h1>/);
});

test("writes a page for en-GB when its reader's service fails or takes 300 ms, and calls it complete", async () => {
  const fails = () => Promise.reject(upstreamFailure("unavailable"));
  const clock = new FakeClock();
  const hangsForEver = () => {
    setImmediate(() => clock.advance(300));
    return new Promise<never>(() => undefined);
  };
  for (const { page, reports } of [await writtenFor(fails), await writtenFor(hangsForEver, clock)]) {
    assert.match(page, /<h1>Ada en-GB<\/h1>/);
    assert.equal(reports[0]?.outcome, "complete");
  }
});

test("a section that was ready by its own deadline is shown, however long its reader's service takes", async () => {
  const clock = new FakeClock();
  const { sections } = localised;
  const hasty = {
    ...localised,
    sections: { ...sections, profile: { ...sections.profile, deadlineMs: 100 } },
  };
  const hangsForEver = () => {
    setImmediate(() => {
      clock.advance(150);
      setImmediate(() => clock.advance(150));
    });
    return new Promise<never>(() => undefined);
  };
  const { page, reports } = await writtenFor(hangsForEver, clock, GOOD, hasty);
  assert.match(page, /<h1>Ada en-GB<\/h1>/);
  assert.equal(reports[0]?.outcome, "complete");
});

test("asking for the reader's locale may take a call more than the screen's budget", async () => {
  for (const [sent, overBudget] of [
    [3, undefined],
    [4, { calls: 4, budget: 3 }],
  ] as const) {
    const profile: NonNullable<Answers["profile"]> = async ({ request: asked }) => {
      asked.sentCalls += sent;
      return { name: "Ada" };
    };
    const { reports } = await writtenFor(async () => "de-DE", new FakeClock(), { ...GOOD, profile });
    assert.deepEqual(reports[0]?.overBudget, overBudget);
  }
});

test("a bug in finding the reader's locale is reported", async () => {
  const { reports } = await writtenFor(() => Promise.reject(new TypeError("no users")));
  assert.equal(reports[0]?.failures[0]?.bug, true);
});
