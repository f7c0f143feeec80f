// sample:file: npm run new:bff leaves it out
import assert from "node:assert/strict";
import { test } from "node:test";
import { fails, visitsTo } from "@triptych/domain-clients/testing";
import { bff } from "../app.ts";
import { PublishedContract, releasedContracts } from "../testing/published-contract.ts";
import { startApp } from "../testing/start-app.ts";
import type { AppUnderTest } from "@triptych/domain-clients/testing";

const NEWEST = new PublishedContract("openapi.json");
const RELEASED = releasedContracts();

type Step = {
  /** As in the contract: `/mobile/orders/{orderId}`. */
  readonly template: string;
  readonly path: string;
  readonly user: string;
  readonly cancels?: true;
};

const CANCEL = "/mobile/orders/{orderId}/cancel";

/** What an app's user may do in a day: look at every screen, and cancel. */
const DAY: readonly Step[] = [
  ...visitsTo(bff.prefix, bff.answers.screens ?? []).map(({ screen, path, user }) => ({
    template: `${bff.prefix}${screen.path.replaceAll(/:(\w+)/g, "{$1}")}`,
    path: `${path}${path.includes("?") ? "&" : "?"}dpr=2`,
    user,
  })),
  { template: "/mobile/orders/{orderId}", path: "/mobile/orders/nobodys", user: "ada" },
  { template: CANCEL, path: "/mobile/orders/ord_placed/cancel", user: "ada", cancels: true },
  { template: CANCEL, path: "/mobile/orders/ord_shipped/cancel", user: "ada", cancels: true },
];

/**
 * Lives the day as an app of that version; what the app would not understand of the answers. While
 * nothing fails, an answer that lacks something counts as well, and a logged bug always does: an
 * old shape that cannot be made is an empty section, which every contract allows.
 */
async function play(
  { ask, bugs }: AppUnderTest,
  contract: PublishedContract,
  version: string | undefined = contract.version,
  failing?: "failing",
): Promise<readonly string[]> {
  const said = version === "" ? {} : { "x-app-version": version };
  const found: string[] = [];
  // An app asks for no screen that came after it.
  for (const { template, path, user, cancels } of DAY.filter((step) => contract.has(step.template))) {
    const question = cancels
      ? {
          method: "POST" as const,
          headers: { ...said, "content-type": "application/json", "idempotency-key": `key-${version}-1` },
          body: '{"reason":"other"}',
        }
      : { headers: said };
    const { status, headers, text } = await ask(path, { user, ...question });
    const mediaType = String(headers["content-type"]);
    const method = cancels ? "post" : "get";
    const answer: unknown = JSON.parse(text);
    const violations = contract.violations(template, method, status, mediaType, answer);
    const { degraded = [] } = Object(answer);
    if (failing === undefined && degraded.length > 0)
      found.push(`${path} of ${user}: degraded ${JSON.stringify(degraded)}`);
    found.push(...violations.map((violation) => `${path} of ${user}, ${status}: ${violation}`));
  }
  return [...found, ...bugs];
}

for (const contract of RELEASED) {
  test(`apps ${contract.version} get what they were promised`, async (t) => {
    assert.deepEqual(await play(await startApp(t), contract), []);
  });

  for (const name of ["users", "orders", "recommendations", "catalog"] as const) {
    test(`apps ${contract.version} understand the answers while ${name} fails`, async (t) => {
      const app = await startApp(t);
      app.services[name].behave(fails(500));
      assert.deepEqual(await play(app, contract, contract.version, "failing"), []);
    });
  }
}

test("an app that does not say its version gets the newest shapes", async (t) => {
  assert.deepEqual(await play(await startApp(t), NEWEST, ""), []);
});

test("apps on both sides of a change would not understand each other's answers", async (t) => {
  const [oldest] = RELEASED;
  assert.ok(oldest);
  const app = await startApp(t);
  const newInOld = await play(app, oldest, "3.0.0");
  assert.match(newInOld.join("\n"), /\/mobile\/home.* \/picks\/0\/price must be integer/);
  assert.match(newInOld.join("\n"), /\/mobile\/products\/lamp.* \/product\/price must be integer/);
  const oldInNew = await play(app, NEWEST, "2.9.9");
  assert.match(oldInNew.join("\n"), /\/picks\/0\/price must be string/);
});

test("prices are minor units for an app before 3.0.0, yen as well, and text since", async (t) => {
  const { ask } = await startApp(t);
  const priceFor = async (version: string) => {
    const { text } = await ask("/mobile/products/knife", {
      user: "hanako",
      headers: { "x-app-version": version },
    });
    return Object(JSON.parse(text)).product.price as unknown;
  };
  assert.equal(await priceFor("2.4.0"), 1200);
  assert.equal(await priceFor("2.99.0"), 1200);
  assert.equal(await priceFor("3.0.0"), "￥1,200");
});

for (const version of ["1.9.9", "1.99.99", "0.0.1"]) {
  test(`an app ${version} is told to update, and which version is supported`, async (t) => {
    const { ask, services } = await startApp(t);
    for (const { path, user, cancels } of DAY) {
      const { status, headers, text } = await ask(path, {
        user,
        headers: { "x-app-version": version },
        method: cancels ? "POST" : "GET",
      });
      assert.equal(status, 426);
      assert.equal(headers["upgrade"], `app/${NEWEST.oldestVersion}`);
      const problem: unknown = JSON.parse(text);
      assert.partialDeepStrictEqual(problem, { type: "/problems/upgrade-required", status: 426 });
      assert.match(String(Object(problem).detail), new RegExp(NEWEST.oldestVersion.replaceAll(".", "\\.")));
    }
    assert.equal(services.received().length, 0);
  });
}
