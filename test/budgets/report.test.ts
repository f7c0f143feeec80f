import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Type } from "typebox";
import { renderReport } from "./report.ts";
import { overruns, queriesOf, queryOf } from "./screens.ts";
import type { MeasuredScreen, Use } from "./screens.ts";

const most = (amount: number) => ({ amount, user: "7", path: "/tv/home" });
const use: Use = { visits: 20, medianMs: 12.4, upstreamCalls: most(4), bytes: most(12_000) };
const home: MeasuredScreen = {
  app: "tv-bff",
  name: "home",
  path: "/tv/home",
  query: [],
  budget: { deadlineMs: 800, upstreamCalls: 4, bytes: 24_000 },
  use,
  unmeasured: [],
};

describe("the report of budgets", () => {
  it("shows each screen's use, and its share", () => {
    assert.match(
      renderReport([home], undefined),
      /\| tv-bff home +\| 12 of 800 ms \(2%\) +\| 4 of 4 \(100%\) +\| 12,000 of 24,000 \(50%\) \|$/,
    );
  });

  it("shows what changed since the base: use, budgets, screens that came and went", () => {
    const old: MeasuredScreen = {
      ...home,
      budget: { ...home.budget, bytes: 20_000 },
      use: { ...use, upstreamCalls: most(5), bytes: most(11_900) },
    };
    const gone: MeasuredScreen = { ...home, name: "guide" };
    const report = renderReport([home, { ...home, name: "cart" }], {
      name: "main (abc)",
      screens: [old, gone],
    });
    assert.match(
      report,
      /\| tv-bff home +\| 12 of 800 ms \(2%\) \[=\] +\| 4 of 4 \(100%\) \[−1\] +\| 12,000 of 24,000, was 20,000 \(50%\) \[\+100\] \|/,
    );
    assert.match(report, /\| tv-bff cart \[new\] +\| 12 of 800 ms \(2%\) /);
    assert.match(report, /since main \(abc\)\.\nGone since main \(abc\): tv-bff guide$/);
  });

  it("says which screen cannot be asked for, and why", () => {
    const unknown: MeasuredScreen = { ...home, path: "/tv/gifts/:giftId", use: undefined };
    assert.match(
      renderReport([unknown], undefined),
      /no value is known for a parameter of \/tv\/gifts\/:giftId/,
    );
    assert.deepEqual(overruns(unknown), []);
  });
});

describe("the queries of visits", () => {
  const parameter = (name: string, ...values: readonly string[]) => ({ name, isRequired: false, values });

  it("have the values that a schema lists: words, constants, both of a boolean, a number's bounds", () => {
    const word = Type.Union([Type.Literal("a"), Type.Literal("b")]);
    const query = Type.Object({
      word: Type.Optional(word),
      words: Type.Array(word, { default: [] }),
      flag: Type.Boolean({ default: false }),
      size: Type.Integer({ minimum: 1, maximum: 50, default: 10 }),
      text: Type.String({ examples: ["lamp"] }),
      cursor: Type.Optional(Type.String()),
    });
    assert.deepEqual(
      queryOf({ query }).map(
        ({ name, isRequired, values }) => `${isRequired ? "!" : ""}${name} ${values.join()}`,
      ),
      ["word a,b", "words a,b", "flag false,true", "size 1,50", "!text lamp", "cursor "],
    );
  });

  it("send nothing, then each value by itself, then all that is known", () => {
    const query = [
      parameter("sort", "new", "old"),
      parameter("open", "true"),
      parameter("q"),
      parameter("cursor"),
    ];
    assert.deepEqual(
      queriesOf(query, (name) => (name === "cursor" ? "a b" : undefined)),
      [
        "",
        "sort=new",
        "sort=old",
        "open=true",
        "cursor=a+b",
        "sort=new&open=true&cursor=a+b",
        "sort=old&open=true&cursor=a+b",
      ],
    );
  });

  it("always send what is required, and are none where that is not known", () => {
    const id = { ...parameter("id", "1"), isRequired: true };
    assert.deepEqual(
      queriesOf([id, parameter("q"), parameter("size", "9")], () => undefined),
      ["id=1", "id=1&size=9"],
    );
    assert.equal(
      queriesOf([{ ...id, values: [] }], () => undefined),
      undefined,
    );
  });

  it("are one where there is no query", () =>
    assert.deepEqual(
      queriesOf([], () => "1"),
      [""],
    ));
});

describe("a screen over its budget", () => {
  it("is told by what, for whom, and what to do", () => {
    const over: MeasuredScreen = {
      ...home,
      use: { ...use, medianMs: undefined, upstreamCalls: most(5), bytes: most(24_001) },
    };
    assert.deepEqual(overruns(over), [
      "tv-bff home: no answer was complete within its deadline of 800 ms: wait for less, or raise it in apps/tv-bff/src/screens and say why",
      "tv-bff home: 5 upstream calls for /tv/home of user 7, its budget is 4: ask for less, or raise it in apps/tv-bff/src/screens and say why",
      "tv-bff home: 24001 bytes for /tv/home of user 7, its budget is 24000: answer less, or raise it in apps/tv-bff/src/screens and say why",
    ]);
    assert.match(renderReport([over], undefined), /0 of 800 ms \(never in time\)/);
  });

  it("is not one that uses all of it", () => {
    const full: Use = { ...use, medianMs: 800, bytes: most(24_000) };
    assert.deepEqual(overruns({ ...home, use: full }), []);
  });
});
