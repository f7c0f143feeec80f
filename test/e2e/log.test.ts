import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { before, describe, it } from "node:test";
import { memberOf } from "../domain-services/testing/json.ts";
import { HOME_PAGE } from "./testing/home-page.ts";
import { unlessHeldUp, until } from "./testing/patience.ts";
import { freshSystem } from "./testing/shared-system.ts";
import type { System } from "./testing/system.ts";
import type { Answer, Ask } from "./testing/client.ts";

/**
 * A user with an order that can be cancelled, and an id that no other number in a line contains.
 */
const USER = `
  SELECT user_id FROM orders.orders WHERE status = 'paid' AND length(user_id) = 4 ORDER BY user_id DESC LIMIT 1`;
const ORDER = "SELECT id FROM orders.orders WHERE user_id = :user AND status = 'paid' LIMIT 1";
const PERSONAL = `
  SELECT email FROM users.users WHERE id = :user
  UNION SELECT phone FROM users.users WHERE id = :user AND phone IS NOT NULL
  UNION SELECT display_name FROM users.users WHERE id = :user
  UNION SELECT given_name FROM users.users WHERE id = :user
  UNION SELECT family_name FROM users.users WHERE id = :user
  UNION SELECT birth_date FROM users.users WHERE id = :user AND birth_date IS NOT NULL
  UNION SELECT line1 FROM users.addresses WHERE user_id = :user
  UNION SELECT id FROM orders.orders WHERE user_id = :user
  UNION SELECT number FROM orders.orders WHERE user_id = :user
  UNION SELECT title FROM orders.order_lines JOIN orders.orders ON orders.id = order_id WHERE user_id = :user`;

/** What every line about a request has. */
const FIELDS = [
  "level",
  "time",
  "service",
  "requestId",
  "traceId",
  "method",
  "screen",
  "status",
  "durationMs",
  "upstreamCalls",
  "upstreams",
  "degraded",
  "msg",
];

const SECRETS = {
  "txn-token": "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJzZWNyZXQifQ.dGhlLXNpZ25hdHVyZQ",
  cookie: "session=the-cookie",
  authorization: "Bearer the-bearer-token",
  "user-agent": "TheUserAgent/1.0",
  "x-forwarded-for": "203.0.113.77",
};

type Request = Ask & {
  readonly path: string;
  readonly screen: string;
  readonly status: number;
  readonly problem?: string;
};

describe("the web BFF's log", () => {
  let system: System;
  let user: string;
  let personal: readonly string[];
  /** How long the log was before this suite: other suites of the process wrote to it. */
  let start: number;
  before(async () => {
    system = await freshSystem();
    const { databases } = system;
    start = (await system.log("web-bff")).length;
    [user = ""] = databases.texts(USER);
    personal = databases.texts(PERSONAL, { user });
    assert.ok(personal.length > 8);
  });

  /** Requests of all kinds: complete, degraded, failed, refused and mistyped, in every format. */
  function requests(order: string): readonly Request[] {
    const key = "the-idempotency-key";
    const post = { method: "POST", body: '{"reason":"changed_mind"}', user } as const;
    const json = { "content-type": "application/json", "idempotency-key": key };
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const home = { path: HOME_PAGE, screen: "home-page", status: 200, user };
    const orderPage = { path: `/web/orders/${order}`, screen: "order-page", status: 200, user };
    const cancel = { ...post, path: `${orderPage.path}/cancel`, screen: "cancel-order" };
    return [
      home,
      { ...home, accept: "text/html" },
      { ...home, accept: "application/x-ndjson" },
      orderPage,
      { ...orderPage, accept: "text/html" },
      { ...orderPage, user: "1", status: 404, problem: "not-found" },
      { ...home, path: "/web/products/prd_0002", screen: "product-page" },
      { ...cancel, headers: json, status: 200 },
      { ...cancel, headers: { ...json, "idempotency-key": `${key}-2` }, status: 409, problem: "conflict" },
      {
        ...cancel,
        headers: form,
        body: `reason=other&idempotencyKey=${key}&token=the-form-token`,
        status: 403,
        problem: "forbidden",
      },
      {
        ...home,
        path: `/web/home-page/${user}?email=${personal[0] ?? ""}`,
        screen: "none",
        status: 404,
        problem: "not-found",
      },
      { path: HOME_PAGE, screen: "none", status: 401, problem: "identity-required" },
    ];
  }

  const log = async () => (await system.log("web-bff")).slice(start);
  const linesOf = async (): Promise<readonly unknown[]> =>
    (await log())
      .split("\n")
      .filter(Boolean)
      .map((line): unknown => JSON.parse(line));

  it("has one line per request, the same fields in each line, and neither personal data nor secrets", async () => {
    const [order = ""] = system.databases.texts(ORDER, { user });
    const traceId = randomUUID().replaceAll("-", "");
    const headers = { ...SECRETS, traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    const asked: { answer: Answer; request: Request; degraded: readonly string[] }[] = [];
    const ask = async (request: Request, degraded: readonly string[] = []): Promise<void> => {
      const askOnce = () =>
        system.web.ask(request.path, { ...request, headers: { ...headers, ...request.headers } });
      // No test made these pages slow, so a late one is asked for again. A command is sent once.
      const answer = request.method === undefined ? await unlessHeldUp(askOnce) : await askOnce();
      assert.equal(
        answer.status,
        request.status,
        `${request.method ?? "GET"} ${request.path}: ${answer.text}`,
      );
      asked.push({ answer, request, degraded });
    };
    for (const request of requests(order)) await ask(request);
    // Faults of the services, whose answers hold personal data.
    const { recommendations, users } = system.services;
    await system.restartWeb(); // It may not answer from what it remembers of the user.
    await recommendations.misbehave({ break: "missing-field" });
    for (const how of ["wrong-type", "not-json", "wrong-media-type", "truncated"]) {
      await users.misbehave({ break: how });
      const status = how === "truncated" ? 503 : 502;
      const problem = how === "truncated" ? "upstream-unavailable" : "upstream-invalid";
      await ask({ path: HOME_PAGE, screen: "home-page", status, problem, user });
    }
    await users.behave();
    await ask({ path: HOME_PAGE, screen: "home-page", status: 200, user }, ["recommendations"]);
    await system.behave();

    const ids = asked.map(({ answer }) => String(answer.headers["x-request-id"]));
    const lines = await until("the log lines of all requests", async () => {
      const logged = await linesOf();
      const seen = new Set(logged.filter(isRequestLine).map((line) => memberOf(line, "requestId")));
      return ids.every((id) => seen.has(id)) ? logged : undefined;
    });
    for (const { answer, request, degraded } of asked) {
      const id = answer.headers["x-request-id"];
      const own = lines.filter((line) => isRequestLine(line) && memberOf(line, "requestId") === id);
      assert.equal(own.length, 1, `one line of ${request.path}`);
      const [line] = own;
      const value = (name: string): unknown => memberOf(line, name);
      const outcome = outcomeOf(request, degraded);
      const fields = [
        ...FIELDS,
        ...(request.problem === undefined ? [] : ["problem"]),
        ...(outcome === undefined ? [] : ["outcome"]),
      ];
      assert.deepEqual(Object.keys(line ?? {}).toSorted(), fields.toSorted());
      assert.equal(value("outcome"), outcome, request.path);
      assert.equal(value("screen"), request.screen, request.path);
      assert.equal(value("status"), request.status);
      assert.equal(value("method"), request.method ?? "GET");
      assert.equal(value("problem"), request.problem);
      assert.equal(value("traceId"), traceId);
      assert.equal(value("service"), "web-bff");
      if (request.screen === "home-page" && request.status === 200)
        assert.deepEqual(value("degraded"), degraded);
      assert.equal(typeof value("durationMs"), "number");
      assert.equal(typeof value("upstreamCalls"), "number");
    }

    const text = await log();
    const secrets = [
      ...Object.values(SECRETS),
      "the-cookie",
      "the-bearer-token",
      "the-idempotency-key",
      "the-form-token",
      "eyJ",
    ];
    for (const hidden of [...personal, ...secrets])
      assert.ok(!text.includes(hidden), `the log holds ${hidden}`);
    for (const line of lines) {
      assert.doesNotMatch(textsIn(line), new RegExp(`\\b${user}\\b`), "the log holds the user's id");
    }
  });
});

/** A request that ran no screen has none: it matched none, or was refused before. */
function outcomeOf({ screen, problem }: Request, degraded: readonly string[]): string | undefined {
  if (screen === "none" || problem === "forbidden") return undefined;
  if (problem !== undefined) return "failed";
  return degraded.length === 0 ? "complete" : "degraded";
}

function isRequestLine(line: unknown): boolean {
  return memberOf(line, "msg") === "request";
}

/** All texts of a line that come from people or services: neither its time nor random ids. */
function textsIn(line: unknown): string {
  if (typeof line !== "object" || line === null) return "";
  const {
    requestId: _id,
    traceId: _trace,
    time: _time,
    ...rest
  } = { requestId: "", traceId: "", time: "", ...line };
  return Object.values(rest)
    .filter((value) => typeof value !== "number")
    .map((value) => JSON.stringify(value))
    .join("\n");
}
