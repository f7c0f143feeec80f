import assert from "node:assert/strict";
import { test } from "node:test";
import { Type } from "typebox";
import type { TAny, TArray } from "typebox";
import { request } from "undici";
import { datedChanges } from "../definition/dated-changes.ts";
import type { AnyCommand, AnyScreen } from "../definition/screen.ts";
import type { FakeClients } from "../testing/fake-upstreams.ts";
import { profileScreen } from "../testing/profile-screen.ts";
import { renameCommand } from "../testing/rename-command.ts";
import { serveScreens } from "../testing/serve-screens.ts";

type Parts = Readonly<Record<string, unknown>>;
type Options = Parameters<typeof serveScreens>[1];

const GOOD = { profile: async () => ({ name: "Ada" }), orders: async () => [{ id: "o1" }] };
const OLD = { "x-app-version": "1.0.0" };

/** The media types, and what a client of each can read of an answer. */
const MEDIA = {
  json: { accept: "application/json" },
  lines: { accept: "application/x-ndjson" },
  page: { accept: "text/html" },
  "page in order": { accept: "text/html", "user-agent": "crawler" },
} as const;
type Medium = keyof typeof MEDIA;
const ALL: readonly Medium[] = ["json", "lines", "page", "page in order"];
const DATA: readonly Medium[] = ["json", "lines"];
const PAGES: readonly Medium[] = ["page", "page in order"];

/** Each way in which code can fail: it may throw anything. */
const WAYS: Readonly<Record<string, () => never>> = {
  "throws an error": () => {
    throw new TypeError("s3cret of the screen");
  },
  "throws undefined": () => {
    // oxlint-disable-next-line typescript/only-throw-error -- code of a screen may throw anything
    throw undefined;
  },
  "throws a text": () => {
    // oxlint-disable-next-line typescript/only-throw-error -- code of a screen may throw anything
    throw "s3cret of the screen";
  },
  "throws a Proxy whose traps throw": () => hostile(throwing)(),
  "throws an error whose prototype is such a Proxy": () => {
    throw Object.setPrototypeOf(new Error("s3cret"), proxyOf(throwing));
  },
  "throws an error whose message throws": () => {
    throw Object.defineProperty(new Error("s3cret"), "message", { get: throwing });
  },
  "throws an error whose cause is such a Proxy": () => {
    throw new Error("s3cret", { cause: proxyOf(throwing) });
  },
};
/** Its types forbid a promise where a result is due. JavaScript does not. */
const LATE = "returns a promise that fails";
const later = (): never =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- forbidden on purpose
  Promise.reject(new TypeError("s3cret of a promise")) as never;
function throwing(): never {
  throw new TypeError("s3cret of a trap");
}
function proxyOf(fail: () => never): object {
  return new Proxy({}, { get: fail, getPrototypeOf: fail, ownKeys: fail, has: fail });
}
const rejecting = (fail: () => never) => async (): Promise<never> => {
  await Promise.resolve();
  return fail();
};

/* oxlint-disable typescript/no-unsafe-type-assertion -- screens that are broken on purpose, also in ways that the types forbid */
function screenWith(parts: { profile?: Parts; orders?: Parts; page?: Parts }): AnyScreen<FakeClients> {
  const sections = {
    profile: changed(profileScreen.sections.profile, parts.profile),
    orders: changed(profileScreen.sections.orders, parts.orders),
  };
  const page = changed(profileScreen.page, parts.page);
  return { ...profileScreen, page, sections } as unknown as AnyScreen<FakeClients>;
}

function commandWith(parts: Parts): AnyCommand<FakeClients> {
  return { ...renameCommand, ...parts };
}
/* oxlint-enable typescript/no-unsafe-type-assertion */

const change = (toOlder: (data: readonly unknown[]) => unknown) =>
  datedChanges<TArray<TAny>>().until("3.0.0", { note: "for tests", older: Type.Any(), toOlder });
/** A thrown value that runs the screen's code when it is looked at. */
const hostile = (fail: () => never) => (): never => {
  // oxlint-disable-next-line typescript/only-throw-error -- code of a screen may throw anything
  throw proxyOf(fail);
};
const view = (section: string, fail: unknown) => ({
  sections: { ...profileScreen.page?.sections, [section]: fail },
});
const unlessFallback = (fail: () => never) => (data: readonly unknown[]) =>
  data.length === 0 ? "<p>none</p>" : fail();
const unserializable = (fail: () => never) => ({ toJSON: fail });

/** With its getters, which a spread would call. */
function changed(whole: object | undefined, parts: Parts = {}): object {
  return Object.defineProperties({ ...whole }, Object.getOwnPropertyDescriptors(parts));
}

/** What breaks, in which media types that shows, and what becomes of the screen. */
const BREAKS: Readonly<
  Record<string, (fail: () => never) => { screen: AnyScreen<FakeClients>; expected: Expected }>
> = {
  "the load of an optional section": (fail) => only(degraded, ALL, { orders: { load: fail } }),
  "the promise of an optional section": (fail) => only(degraded, ALL, { orders: { load: rejecting(fail) } }),
  "a forgotten promise of an optional section": (fail) =>
    only(degraded, ALL, { orders: { load: () => undefined, shape: fail } }),
  "the shape of an optional section": (fail) => only(degraded, ALL, { orders: { shape: fail } }),
  "the older shape of an optional section": (fail) =>
    only(failed("orders"), ALL, { orders: { changes: change(fail) } }),
  "the older shape of data only": (fail) =>
    only(degraded, DATA, {
      orders: { changes: change((data) => (data.length === 0 ? [] : fail())) },
    }),
  "the older shape of a fallback": (fail) =>
    only(failed("orders"), ALL, { orders: { load: fail, changes: change(fail) } }),
  "a fallback that cannot be read": (fail) =>
    only(failed("orders"), ALL, {
      orders: {
        load: fail,
        get fallback() {
          return fail();
        },
      },
    }),
  "data that cannot be written": (fail) =>
    only(degraded, DATA, { orders: { schema: Type.Any(), shape: () => unserializable(fail) } }),
  "a fallback that cannot be written": (fail) =>
    only(failed("orders"), DATA, { orders: { load: fail, fallback: unserializable(fail) } }),
  "the view of an optional section": (fail) => only(failed("orders"), PAGES, { page: view("orders", fail) }),
  "the view of data only": (fail) => only(degraded, PAGES, { page: view("orders", unlessFallback(fail)) }),
  "the load of a required section": (fail) => only(failed("profile"), ALL, { profile: { load: fail } }),
  "the promise of a required section": (fail) =>
    only(failed("profile"), ALL, { profile: { load: rejecting(fail) } }),
  "a value that the load of an optional section throws": (fail) =>
    only(degraded, ALL, { orders: { load: hostile(fail) } }),
  "a value that the load of a required section throws": (fail) =>
    only(failed("profile"), ALL, { profile: { load: hostile(fail) } }),
  "the shape of a required section": (fail) => only(failed("profile"), ALL, { profile: { shape: fail } }),
  "the older shape of a required section": (fail) =>
    only(failed("profile"), ALL, { profile: { changes: change(fail) } }),
  "the view of a required section": (fail) => only(failed("profile"), PAGES, { page: view("profile", fail) }),
  "the view of a failure": (fail) =>
    only(failed("profile"), PAGES, { profile: { load: fail }, page: { failed: fail } }),
  "the markup of a waiting section": (fail) => only(refused, ["page"], { page: { waiting: fail } }),
  "the headers of a page": (fail) => only(refused, PAGES, { page: { headers: fail } }),
};

type Expected = { readonly media: readonly Medium[]; readonly check: Check };
type Check = (medium: Medium, answer: Answer) => void;
type Answer = {
  readonly status: number;
  readonly text: string;
  readonly trailer: string | undefined;
  readonly report: {
    readonly outcome: unknown;
    readonly problem?: unknown;
    readonly bugs: readonly string[];
  };
};

function only(check: Check, media: readonly Medium[], parts: Parameters<typeof screenWith>[0]) {
  return { screen: screenWith(parts), expected: { media, check } };
}

/** The rest of the screen is there, and the optional section has its fallback. */
function degraded(medium: Medium, { status, text, trailer, report }: Answer): void {
  assert.equal(status, 200);
  assert.deepEqual(report, { outcome: "degraded", problem: undefined, bugs: ["orders"] });
  assert.equal(trailer, undefined);
  const entry = '"degraded":[{"section":"orders","reason":"invalid"}]}';
  if (medium === "json") assert.equal(text, `{"profile":{"name":"Ada"},"orders":[],${entry}`);
  else if (medium === "lines") assert.match(text, /^\{"orders":\[\]\}$/m);
  if (medium === "lines") assert.ok(text.endsWith(`{${entry}\n`));
  if (text.includes("<html>")) assert.match(text, /<h1>Ada<\/h1>.*<\/body><\/html>$/s);
}

/** The answer names the section, as soon as its media type can. */
function failed(section: string): Check {
  return (medium, { status, text, trailer, report }) => {
    assert.deepEqual(report, { outcome: "failed", problem: "internal", bugs: [section] });
    if (medium === "json") {
      assert.equal(status, 500);
      assert.match(text, new RegExp(`"section":"${section}"`));
      return;
    }
    assert.equal(status, 200);
    assert.equal(trailer, `internal; section=${section}`);
    if (medium === "lines") {
      assert.match(text, new RegExp(`^{"problem":{"type":"/problems/internal","section":"${section}"`, "m"));
      assert.match(text, new RegExp(`{"degraded":\\[{"section":"${section}","reason":"invalid"}\\]}\n$`));
    } else {
      assert.match(text, new RegExp(`<!--screen-problem section="${section}" code="internal"-->`));
      assert.match(text, /<\/body><\/html>$/);
    }
  };
}

/** Nothing was sent when the page broke, so its status says so. */
function refused(_: Medium, { status, report }: Answer): void {
  assert.equal(status, 500);
  assert.deepEqual(report, { outcome: "failed", problem: "internal", bugs: [] });
}

async function ask(
  screen: AnyScreen<FakeClients>,
  path: string,
  question: Parameters<typeof request>[1],
  options: Partial<Options> = {},
): Promise<Answer> {
  const answers = { ...GOOD, rename: async () => ({ name: "Grace" }) };
  const result: Answer[] = [];
  await serveScreens(
    [screen],
    { answers, oldestVersion: "1.0.0", ...options },
    async ({ origin, reports }) => {
      const { statusCode, body, trailers } = await request(`${origin}${path}`, question);
      const text = await body.text();
      const told = reports.at(-1);
      const bugs = (told?.failures ?? []).map(
        ({ section, bug }) => `${section}${bug ? "" : " by an upstream"}`,
      );
      const report = { outcome: told?.outcome, problem: told?.problem, bugs };
      const trailer = trailers["screen-problem"];
      result.push({ status: statusCode, text, trailer, report });
    },
  );
  const [answer] = result;
  assert.ok(answer !== undefined);
  assert.doesNotMatch(answer.text, /s3cret/);
  return answer;
}

// Node's test runner fails a test for each rejection that nothing handles, and each exception.
for (const [what, make] of Object.entries(BREAKS)) {
  for (const [way, fail] of Object.entries({ ...WAYS, [LATE]: later })) {
    // JSON has an empty object for a promise that a toJSON returns.
    if (way === LATE && what.includes("be written")) continue;
    test(`${what} ${way}: every media type is answered, and the outcome is told`, async () => {
      const { screen, expected } = make(fail);
      for (const medium of expected.media) {
        const answer = await ask(screen, "/profile", { headers: { ...MEDIA[medium], ...OLD } });
        expected.check(medium, answer);
      }
    });
  }
}

/** Not text, not JSON, or neither: some of them fail only where they are written. */
const ODD: Readonly<Record<string, unknown>> = {
  "a symbol": Symbol("s3cret"),
  "a function": () => "s3cret",
  "a Proxy whose traps throw": proxyOf(throwing),
  "an object whose toString throws": { toString: throwing },
  "an object without a prototype": Object.create(null),
  "a list": ["s3cret"],
};

for (const [what, make] of Object.entries(BREAKS)) {
  for (const [returned, value] of Object.entries(ODD)) {
    const isWrong = typeof value === "object" ? /view|markup/ : /view|markup|be written/;
    if (!isWrong.test(what)) continue;
    test(`${what} is ${returned}: every media type is answered, and the outcome is told`, async () => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- forbidden on purpose
      const { screen, expected } = make(() => value as never);
      for (const medium of expected.media) {
        const answer = await ask(screen, "/profile", { headers: { ...MEDIA[medium], ...OLD } });
        expected.check(medium, answer);
      }
    });
  }
}

const COMMANDS: Readonly<
  Record<string, (fail: () => never) => { screen?: AnyScreen<FakeClients>; parts?: Parts }>
> = {
  "the work": (fail) => ({ parts: { run: fail } }),
  "the promise of the work": (fail) => ({ parts: { run: rejecting(fail) } }),
  "the address after the work": (fail) => ({ parts: { redirectTo: fail } }),
  "the screen after the work": (fail) => ({ screen: screenWith({ profile: { shape: fail } }) }),
};

for (const [what, make] of Object.entries(COMMANDS)) {
  for (const [way, fail] of Object.entries({ ...WAYS, [LATE]: later })) {
    test(`${what} of a command ${way}: it is answered, and the outcome is told`, async () => {
      const form = `token=for-42&idempotencyKey=key-12345678&name=Grace`;
      const key = { "idempotency-key": "key-12345678" };
      for (const [type, body] of [
        ["application/json", '{"name":"Grace"}'],
        ["application/x-www-form-urlencoded", form],
      ] as const) {
        const headers = { ...key, "content-type": type };
        const question = { method: "POST", headers, body } as const;
        const { screen = profileScreen, parts = {} } = make(fail);
        const commands = [commandWith(parts)];
        const answer = await ask(screen, "/profile/42/rename", question, { commands });
        // A form has no use for the screen, JSON none for the address.
        const spared =
          what === (type === "application/json" ? "the address after the work" : "the screen after the work");
        assert.equal(answer.report.outcome, spared ? "complete" : "failed");
        assert.equal(answer.status, spared ? (type === "application/json" ? 200 : 303) : 500);
      }
    });
  }
}

const MOUNTED: Readonly<Record<string, (fail: () => never) => Options["mount"] & {}>> = {
  caller: (fail) => ({ caller: fail }),
  inDocumentOrder: (fail) => ({ inDocumentOrder: fail }),
  clients: (fail) => ({ clients: fail }),
  formTokens: (fail) => ({ formTokens: { issue: fail, accepts: fail } }),
};

for (const [what, make] of Object.entries(MOUNTED)) {
  for (const [way, fail] of Object.entries(WAYS)) {
    test(`${what} of the app ${way}: the page is answered, and has failed`, async () => {
      const answer = await ask(profileScreen, "/profile", { headers: MEDIA.page }, { mount: make(fail) });
      assert.equal(answer.report.outcome, "failed");
      assert.equal(answer.status, what === "clients" ? 200 : 500);
    });
  }
}
