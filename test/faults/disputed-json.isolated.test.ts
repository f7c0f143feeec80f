import assert from "node:assert/strict";
import { test } from "node:test";
import { startStubServices } from "@triptych/domain-clients/testing";
import { MisbehavingUpstream } from "@triptych/testing";
import { ordinaryAnswer, startWebBff } from "./testing/web-bff.ts";

/**
 * The classes of JSON that parsers disagree about (Nicolas Seriot, "Parsing JSON is a Minefield",
 * 2016), in and around a body.
 */
const BODIES: Readonly<Record<string, (ordinary: string) => string | Buffer>> = {
  "arrays nested 100,000 deep": () => "[".repeat(100_000) + "]".repeat(100_000),
  "objects nested 50,000 deep": () => '{"a":'.repeat(50_000) + "1" + "}".repeat(50_000),
  "an unknown field nested 100,000 deep": (ordinary) =>
    withField(ordinary, `"extra":${"[".repeat(100_000)}${"]".repeat(100_000)}`),
  "nesting that never closes": () => "[".repeat(100_000),
  "duplicate keys": (ordinary) => withField(ordinary, '"id":"1","id":"2"'),
  "the whole body twice in itself": (ordinary) => withField(ordinary, ordinary.slice(1, -1)),
  "a lone high surrogate": (ordinary) => withField(ordinary, '"extra":"\\ud800"'),
  "lone surrogates in every string": (ordinary) => ordinary.replaceAll(/:"[^"]*"/g, ':"\\udead"'),
  "a BOM": (ordinary) => `\uFEFF${ordinary}`,
  "UTF-16": (ordinary) => Buffer.from(ordinary, "utf16le"),
  "bytes that are not UTF-8": (ordinary) =>
    Buffer.concat([Buffer.from(ordinary.slice(0, -2)), Buffer.of(0xff, 0xfe)]),
  "an overlong encoding": (ordinary) =>
    Buffer.concat([
      Buffer.from(withField(ordinary, '"extra":"').slice(0, -1)),
      Buffer.of(0xc0, 0xaf),
      Buffer.from('"}'),
    ]),
  "a number of a thousand digits": (ordinary) => withNumbers(ordinary, "9".repeat(1_000)),
  "an infinite number": (ordinary) => withNumbers(ordinary, "1e9999"),
  "a negative zero": (ordinary) => withNumbers(ordinary, "-0"),
  "an integer beyond 2^53": (ordinary) => withNumbers(ordinary, "9007199254740993"),
  NaN: (ordinary) => withNumbers(ordinary, "NaN"),
  "__proto__ with properties": (ordinary) =>
    withField(ordinary, '"__proto__":{"polluted":true,"admin":true}'),
  "constructor.prototype": (ordinary) => withField(ordinary, '"constructor":{"prototype":{"polluted":true}}'),
  "__proto__ null": (ordinary) => withField(ordinary, '"__proto__":null'),
  "toJSON and toString": (ordinary) =>
    withField(ordinary, '"toJSON":1,"toString":null,"valueOf":null,"hasOwnProperty":null'),
  "only __proto__": () => '{"__proto__":{}}',
  "a trailing comma": (ordinary) => `${ordinary.slice(0, -1)},}`,
  "a comment": (ordinary) => `/* */${ordinary}`,
  "two values": (ordinary) => `${ordinary}${ordinary}`,
  "a string": () => '"text"',
  null: () => "null",
  nothing: () => "",
  blanks: () => " \n ",
  "a NUL": () => "\0",
  "megabytes of blanks": () => " ".repeat(3_000_000),
};

function withField(ordinary: string, field: string): string {
  return `${ordinary.slice(0, -1)},${field}}`;
}

function withNumbers(ordinary: string, number: string): string {
  return ordinary.replaceAll(/:-?\d+(\.\d+)?/g, `:${number}`);
}

test("no disputed JSON crashes the BFF, pollutes its prototypes, or leads to a 500", async (t) => {
  const services = await startStubServices();
  t.after(() => services.close());
  let body: ((ordinary: string) => string | Buffer) | undefined;
  const disputing = (origin: string) =>
    MisbehavingUpstream.open(async ({ url, headers }) => {
      const user = headers["x-user-id"];
      const answer = await ordinaryAnswer(`${origin}${url}`, String(user ?? ""));
      const type = "application/json";
      return { status: 200, headers: { "content-type": type }, body: body?.(answer) ?? answer };
    });
  await using users = await disputing(services.users.origin);
  await using orders = await disputing(services.orders.origin);
  await using bff = await startWebBff({
    users: users.origin,
    orders: orders.origin,
    recommendations: services.recommendations.origin,
    catalog: services.catalog.origin,
  });
  // The first pages of a process are slow, on a busy machine too slow to be complete.
  let ordinary = await bff.page();
  while (ordinary.status !== 200 || ordinary.body.degraded.length > 0) ordinary = await bff.page();
  for (const [name, change] of Object.entries(BODIES)) {
    body = change;
    const disputed = await bff.page();
    assert.ok([200, 502, 503, 504].includes(disputed.status), `${name}: ${disputed.status}`);
    assert.ok(!JSON.stringify(disputed.body).includes("polluted"), name);
    body = undefined;
    // Its breaker may be open by now. If it answers, the answer is the same as before.
    const after = await bff.page();
    const late = after.status === 504 || after.body.degraded.some(({ reason }) => reason === "timeout");
    if (after.status === 200 && !late)
      assert.deepEqual(after.body["recommendations"], ordinary.body["recommendations"], name);
    else assert.ok(after.status === 503 || late, `${name}: ${after.status}`);
  }
});
