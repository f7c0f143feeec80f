import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { openConsole } from "./index.ts";
import { Store } from "./model/store.ts";
import { OtlpError, spansOfJson, spansOfProtobuf } from "./otlp/decode.ts";
import { BEGIN, HOME_PAGE, otlpJson, otlpProtobuf } from "./testing/spans.ts";
import type { TestSpan } from "./testing/spans.ts";

/** A console on a free port. */
async function opened() {
  const running = await openConsole({
    port: 0,
    host: "127.0.0.1",
    ownerOf: (name) => `${name}-team`,
    recordings: mkdtempSync(join(tmpdir(), "recordings-")),
  });
  const post = async (body: string | Uint8Array, headers: Record<string, string> = {}) => {
    const type = typeof body === "string" ? "application/json" : "application/x-protobuf";
    const sent = typeof body === "string" ? body : Buffer.from(body);
    return fetch(`${running.origin}/v1/traces`, {
      method: "POST",
      headers: { "content-type": type, ...headers },
      body: sent,
    });
  };
  return {
    ...running,
    post,
    async json(path: string) {
      const answer = await fetch(`${running.origin}${path}`);
      assert.equal(answer.status, 200);
      return JSON.parse(await answer.text());
    },
    [Symbol.asyncDispose]: () => running.close(),
  };
}

describe("GET /requests.json", () => {
  for (const [encoding, encode] of [
    ["JSON", otlpJson],
    ["protobuf", otlpProtobuf],
  ] as const) {
    it(`tells of a request, its sections and calls what came as ${encoding}`, async () => {
      await using viewed = await opened();
      assert.equal((await viewed.post(encode(HOME_PAGE))).status, 200);
      const [request, ...others] = await viewed.json("/requests.json");
      assert.deepEqual(others, [], "the gateway's span and the BFF's are one request");
      const { sections, calls, ...rest } = request;
      assert.deepEqual(rest, {
        id: "req-1",
        traceId: "0af7651916cd43dd8448eb211c80319c",
        at: new Date(BEGIN).toISOString(),
        app: "web-bff",
        screen: "home-page",
        method: "GET",
        status: 200,
        outcome: "degraded",
        durationMs: 420,
        user: null,
      });
      assert.deepEqual(sections, [
        { name: "profile", outcome: "ok", reason: null, startMs: 6, durationMs: 34 },
        { name: "recommendations", outcome: "fallback", reason: "unavailable", startMs: 6, durationMs: 404 },
      ]);
      assert.deepEqual(calls[0], {
        section: "profile",
        upstream: "users",
        operation: "getMe",
        owner: "users-team",
        address: "127.0.0.1:9001",
        startMs: 7,
        durationMs: 31,
        attempt: 1,
        kind: "first",
        outcome: "ok",
        status: 200,
        cache: "miss",
        bytes: 1905,
        critical: false,
      });
      const told = calls.map(
        ({ upstream, kind, attempt, outcome, cache, critical }: Record<string, unknown>) =>
          [upstream, kind, attempt, outcome, cache, critical].join(" "),
      );
      assert.deepEqual(told, [
        "users first 1 ok miss false",
        "users first 1 ok coalesced true",
        "recommendations first 1 unavailable none true",
        "recommendations retry 2 unavailable none true",
      ]);
    });
  }

  it("tells the page's list which requests had retries, an open breaker or answers that may not be kept", async () => {
    await using viewed = await opened();
    const plain = HOME_PAGE.filter(({ id }) => id !== "try2").map((span) =>
      Object.assign(structuredClone(span), { trace: "1".repeat(32) }),
    );
    const unkept = plain.map((span) => {
      const attributes = { ...span.attributes, "triptych.cache_not_kept": "no-store" };
      return { ...span, trace: "2".repeat(32), attributes };
    });
    const refused = plain.map((span) => {
      const attributes = { ...span.attributes, "error.message": "users getMe: its circuit breaker is open" };
      return { ...span, trace: "3".repeat(32), attributes };
    });
    await viewed.post(otlpJson([...HOME_PAGE, ...plain, ...unkept, ...refused]));
    const told = (await viewed.json("/recent.json")).map(({ trouble }: Record<string, unknown>) => trouble);
    assert.deepEqual(new Set(told), new Set([["retried"], [], ["not cacheable"], ["breaker open"]]));
  });

  it("blames the call whose answer lacked items, though it came in order", async () => {
    await using viewed = await opened();
    const section = { "triptych.section": "recommendations", "triptych.operation": "listProducts" };
    const cause = { "service.peer.name": "catalog", "triptych.reason": "invalid", ...section };
    const call = (upstream: string, operation: string): TestSpan => ({
      id: upstream,
      parent: "page",
      kind: "client",
      attributes: { ...section, "service.peer.name": upstream, "triptych.operation": operation },
    });
    const spans: TestSpan[] = [
      { id: "page", kind: "server", attributes: { "triptych.outcome": "degraded" } },
      { id: "section", parent: "page", attributes: { ...cause, "triptych.outcome": "fallback" } },
      call("recommendations", "listRecommendations"),
      call("catalog", "listProducts"),
    ];
    await viewed.post(otlpJson(spans));
    const [{ calls }] = await viewed.json("/requests.json");
    const told = calls.map(({ upstream, outcome }: Record<string, unknown>) => [upstream, outcome].join(" "));
    assert.deepEqual(told.toSorted(), ["catalog invalid", "recommendations ok"]);
  });

  it("takes compressed spans in any order and in several parts", async () => {
    await using viewed = await opened();
    for (const span of HOME_PAGE.toReversed()) {
      const sent = await viewed.post(gzipSync(otlpProtobuf([span])), { "content-encoding": "gzip" });
      assert.equal(sent.status, 200);
    }
    const [request] = await viewed.json("/requests.json");
    assert.equal(request.calls.length, 4);
  });

  it("shows another program's trace, and services behind a screen as its calls", async () => {
    await using viewed = await opened();
    const spans: TestSpan[] = [
      ...HOME_PAGE,
      {
        id: "svc",
        service: "users",
        parent: "me",
        kind: "server",
        name: "GET /users/me",
        start: 10,
        end: 30,
      },
      {
        id: "shop",
        trace: "ab".repeat(16),
        service: "shop",
        kind: "server",
        name: "GET /cart",
        failed: true,
        attributes: { "user.id": "9" },
      },
    ];
    await viewed.post(otlpJson(spans));
    const requests = await viewed.json("/requests.json");
    assert.deepEqual(
      requests
        .map(({ app, screen, outcome, user }: Record<string, unknown>) => [app, screen, outcome, user])
        .toSorted(),
      [
        ["shop", "GET /cart", "failed", "9"],
        ["web-bff", "home-page", "degraded", null],
      ],
    );
  });

  it("lists the newest first, as many as asked for, and keeps the last 1,000", async () => {
    await using viewed = await opened();
    const page = (number: number): TestSpan => ({
      id: String(number),
      trace: String(number).padStart(32, "0"),
      kind: "server",
      start: number,
      end: number + 1,
      attributes: { "triptych.request_id": `r-${number}`, "triptych.outcome": "complete" },
    });
    for (let from = 1; from <= 1_500; from += 500) {
      await viewed.post(otlpJson(Array.from({ length: 500 }, (_, index) => page(from + index))));
    }
    const ids = (requests: readonly { id: string }[]) => requests.map(({ id }) => id);
    assert.deepEqual(ids(await viewed.json("/requests.json?limit=2")), ["r-1500", "r-1499"]);
    assert.equal((await viewed.json("/requests.json?limit=5000")).length, 1_000);
    assert.equal((await fetch(`${viewed.origin}/requests.json?limit=many`)).status, 400);
  });
});

describe("POST /v1/traces", () => {
  for (const [encoding, encode] of [
    ["JSON", otlpJson],
    ["protobuf", otlpProtobuf],
  ] as const) {
    it(`keeps of a long text, and of many attributes, a part: ${encoding}`, async () => {
      await using viewed = await opened();
      const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`a${index}`, index]));
      const attributes = { "triptych.screen": "s".repeat(100_000), ...many, "user.id": "7" };
      await viewed.post(encode([{ id: "page", kind: "server", attributes }]));
      const [request] = await viewed.json("/requests.json");
      assert.equal(String(request?.screen).length, 2_048);
      assert.equal(request?.user, null);
    });
  }

  it("keeps the newest of too many spans", () => {
    const store = new Store(() => null);
    const [page] = spansOfJson(otlpJson([{ id: "page", kind: "server" }]));
    assert.ok(page);
    for (let trace = 0; trace < 21; trace += 1) {
      const own = { ...page, traceId: `trace${trace}` };
      store.add([own, ...Array.from({ length: 4_999 }, () => ({ ...own, spanId: "fill", kind: 1 }))]);
    }
    assert.deepEqual(store.ofTrace("trace0"), []);
    assert.equal(store.ofTrace("trace20").length, 1);
  });

  it("refuses what is no OTLP, and what another site's page could send", async () => {
    await using viewed = await opened();
    assert.equal((await viewed.post("{")).status, 400);
    assert.equal((await viewed.post(Uint8Array.of(10, 200))).status, 400);
    assert.equal((await viewed.post("{}", { "content-type": "text/plain" })).status, 415);
    assert.equal((await viewed.post("{}", { origin: "https://evil.example" })).status, 403);
    assert.equal((await viewed.post("{}")).status, 200);
  });

  it("never fails otherwise, whatever bytes come", () => {
    const onlyOtlpErrors = (read: () => unknown) => {
      try {
        read();
      } catch (error) {
        assert.ok(error instanceof OtlpError);
      }
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.json(), (bytes, text) => {
        onlyOtlpErrors(() => spansOfProtobuf(bytes));
        onlyOtlpErrors(() => spansOfJson(text));
      }),
    );
    const whole = otlpProtobuf(HOME_PAGE);
    for (let length = 0; length < whole.length; length += 7)
      onlyOtlpErrors(() => spansOfProtobuf(whole.subarray(0, length)));
  });
});
