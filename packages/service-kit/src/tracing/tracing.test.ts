import assert from "node:assert/strict";
import { test } from "node:test";
import type { Express } from "express";
import { RecordingUpstream } from "@triptych/testing";
import { record } from "../requests/record.ts";
import { readSettings } from "../settings/read-settings.ts";
import { runApp } from "../testing/running-app.ts";
import { openTracing, tracingSettings } from "./tracing.ts";

const settingsFor = (endpoint: string, more: Readonly<Record<string, string>> = {}) =>
  readSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...more }, tracingSettings());
const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";
const ATTEMPT = {
  upstream: "orders",
  operation: "listOrders",
  method: "GET",
  kind: "first",
  outcome: "timeout",
  status: undefined,
  address: "http://127.0.0.1:9002",
  spanId: "00f067aa0ba902b7",
  startedAt: 5,
  durationMs: 400,
} as const;

/** A collector that keeps what it is sent. */
async function collector() {
  const otlp = new RecordingUpstream();
  otlp.answer = (req, res) =>
    req.once("end", () => res.setHeader("Content-Type", "application/json").end("{}"));
  return Object.assign(otlp, { origin: await otlp.listen() });
}

/**
 * A traced app whose requests make one attempt; `ask` also waits until the request is accounted
 * for.
 */
async function tracedApp(endpoint: string) {
  const tracing = await openTracing({ name: "test-app", version: "1.2.3", settings: settingsFor(endpoint) });
  assert.ok(tracing);
  const routes = (app: Express) =>
    app.get("/page/:user", (_req, res) => {
      Object.assign(record(res), {
        screen: "page",
        attempts: [ATTEMPT],
        outcome: "failed",
        problem: "upstream-timeout",
        sections: [
          {
            section: "orders",
            outcome: "failed",
            reason: "timeout",
            cause: {
              upstream: "orders",
              operation: "listOrders",
              message: "orders listOrders: it took too long",
            },
            startedAt: 4,
            durationMs: 401,
          },
        ],
      });
      // A page has begun when a section fails.
      res.status(200).end();
    });
  const app = await runApp(routes, { tracing });
  return Object.assign(app, {
    tracing,
    async ask(headers: Record<string, string>) {
      const answer = await fetch(`${app.origin}/page/secret-user`, { headers });
      await answer.text();
      await app.log.waitFor("request");
      return answer.status;
    },
  });
}

test("the resource names the program, its version and instance; the environment has the last word", async () => {
  await using otlp = await collector();
  const resource = async () => {
    await using app = await tracedApp(otlp.origin);
    await app.ask({ traceparent: `00-${TRACE}-${PARENT}-01` });
    await app.tracing.close();
    const { resourceSpans } = JSON.parse(otlp.requests.pop()?.body ?? "");
    const { attributes }: { attributes: { key: string; value: { stringValue: string } }[] } =
      resourceSpans[0].resource;
    return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));
  };
  const { "service.instance.id": instance = "", ...known } = await resource();
  assert.deepEqual(known, { "service.name": "test-app", "service.version": "1.2.3" });
  assert.match(instance, /^[\da-f-]{36}$/);
  process.env["OTEL_SERVICE_NAME"] = "shop-web";
  process.env["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=staging,service.version=2";
  try {
    assert.partialDeepStrictEqual(await resource(), {
      "service.name": "shop-web",
      "service.version": "2",
      "deployment.environment.name": "staging",
    });
  } finally {
    delete process.env["OTEL_SERVICE_NAME"];
    delete process.env["OTEL_RESOURCE_ATTRIBUTES"];
  }
});

test("a sampled request is a span for itself, for each section and each attempt, under the ids that travelled", async () => {
  await using otlp = await collector();
  await using app = await tracedApp(otlp.origin);
  assert.equal(await app.ask({ traceparent: `00-${TRACE}-${PARENT}-01`, "x-request-id": "r-1" }), 200);
  await app.tracing.close();
  const [sent] = otlp.requests;
  assert.equal(sent?.url, "/v1/traces");
  const { resourceSpans } = JSON.parse(sent?.body ?? "");
  const [server, section, client] = resourceSpans[0].scopeSpans[0].spans;
  assert.partialDeepStrictEqual(server, {
    traceId: TRACE,
    parentSpanId: PARENT,
    name: "GET page",
    kind: 2,
    status: { code: 2 },
  });
  assert.partialDeepStrictEqual(section, {
    traceId: TRACE,
    parentSpanId: server.spanId,
    name: "section orders",
    kind: 1,
    status: { code: 2 },
  });
  assert.deepEqual(
    [server, section].map(({ attributes }) =>
      attributes
        .filter(({ key }: { key: string }) => /triptych|error/.test(key))
        .map(
          ({ key, value }: { key: string; value: { stringValue: string } }) => `${key} ${value.stringValue}`,
        ),
    ),
    [
      [
        "triptych.screen page",
        "triptych.request_id r-1",
        "triptych.outcome failed",
        "error.type upstream-timeout",
      ],
      [
        "triptych.screen page",
        "triptych.section orders",
        "triptych.outcome failed",
        "triptych.reason timeout",
        "triptych.operation listOrders",
        "error.message orders listOrders: it took too long",
      ],
    ],
  );
  assert.partialDeepStrictEqual(client, {
    traceId: TRACE,
    spanId: ATTEMPT.spanId,
    parentSpanId: server.spanId,
    name: "orders.listOrders",
    kind: 3,
    status: { code: 2 },
  });
  const lasted = Number(BigInt(client.endTimeUnixNano) - BigInt(client.startTimeUnixNano));
  assert.ok(Math.abs(lasted - 400e6) < 1e3, `the attempt lasted ${lasted} ns`);
  assert.doesNotMatch(sent?.body ?? "", /secret-user/, "a path may hold personal data");
});

test("a request that is not sampled is not sent", async () => {
  await using otlp = await collector();
  await using app = await tracedApp(otlp.origin);
  await app.ask({ traceparent: `00-${TRACE}-${PARENT}-00` });
  await app.tracing.close();
  assert.deepEqual(otlp.requests, []);
});

test("a collector that is down costs no request anything, and the drain ends", async () => {
  const gone = await collector();
  await gone.close();
  await using app = await tracedApp(gone.origin);
  assert.equal(await app.ask({ traceparent: `00-${TRACE}-${PARENT}-01` }), 200);
  await app.tracing.close();
});

test("a new trace is sampled as OpenTelemetry's own settings say, and a caller's decision is followed", async () => {
  await using otlp = await collector();
  const samples = async (more: Readonly<Record<string, string>>, drawn = 0.5) => {
    const settings = settingsFor(otlp.origin, more);
    const tracing = await openTracing({ name: "test-app", version: "1.2.3", settings, random: () => drawn });
    const answer = tracing?.samplesNew();
    await tracing?.close();
    return answer;
  };
  assert.equal(await samples({}), false);
  assert.equal(await samples({}, 0.005), true);
  assert.equal(await samples({ OTEL_TRACES_SAMPLER_ARG: "0.6" }), true);
  assert.equal(await samples({ OTEL_TRACES_SAMPLER: "parentbased_always_on" }, 0.999), true);
  assert.equal(await samples({ OTEL_TRACES_SAMPLER: "parentbased_always_off" }, 0), false);
  assert.equal(await samples({ OTEL_TRACES_SAMPLER: "always_on" }, 0.999), true);
  assert.equal(await samples({ OTEL_TRACES_SAMPLER: "always_off" }, 0), false);
  assert.equal(await samples({ OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.6" }), true);
  assert.throws(() => settingsFor("", { OTEL_TRACES_SAMPLER_ARG: "2" }), /from 0 to 1/);
});

test("samplers that do not follow the caller decide by the trace's id", async () => {
  await using otlp = await collector();
  const samples = async (sampler: string, traceId: string) => {
    const settings = settingsFor(otlp.origin, {
      OTEL_TRACES_SAMPLER: sampler,
      OTEL_TRACES_SAMPLER_ARG: "0.5",
    });
    const tracing = await openTracing({ name: "test-app", version: "1.2.3", settings });
    const answer = tracing?.samplesContinued?.(traceId);
    await tracing?.close();
    return answer;
  };
  const [low, high] = [`${"f".repeat(18)}7${"0".repeat(13)}`, `${"0".repeat(18)}8${"0".repeat(13)}`];
  assert.equal(await samples("parentbased_traceidratio", low), undefined);
  assert.equal(await samples("traceidratio", low), true);
  assert.equal(await samples("traceidratio", high), false);
  assert.equal(await samples("always_on", "f".repeat(32)), true);
  assert.equal(await samples("always_off", "0".repeat(32)), false);
});

test("there is no tracing without an address", async () => {
  assert.equal(
    await openTracing({ name: "test-app", version: "1.2.3", settings: settingsFor("") }),
    undefined,
  );
});
