import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createLogger, createMetrics, readSettings } from "@triptych/service-kit";
import { MisbehavingUpstream } from "@triptych/testing";
import {
  CallScope,
  RequestContext,
  TimedDeadline,
  bearer,
  setting,
  systemClock,
} from "@triptych/upstream-client";
import type { Operation, Upstream } from "@triptych/upstream-client";
import { connect, upstreamSettings } from "./upstreams.ts";

const getPage: Operation<unknown> = {
  name: "getPage",
  method: "GET",
  path: "/pages/1",
  read: (value) => ({ ok: true, value }),
};

const TABLE = {
  content: {
    service: (upstream: Upstream) => ({
      in: (scope: CallScope) => ({ page: () => upstream.call(getPage, scope) }),
    }),
    authenticate: bearer(setting("CONTENT_TOKEN")),
  },
};
const SETTINGS = upstreamSettings(TABLE);
const URLS = { CONTENT_URL: "http://127.0.0.1:9/cms/" };

/** Calls as a section of a screen does. */
async function called(call: (scope: CallScope) => Promise<unknown>): Promise<void> {
  const deadline = new TimedDeadline(systemClock, 30_000);
  const caller = { userId: "7", requestId: "r-1", traceId: "a".repeat(32), traceFlags: "01" };
  const request = new RequestContext({ caller, deadline, clock: systemClock, random: Math.random });
  await call(new CallScope(request));
  deadline.dispose();
}

for (const [what, env, complaint] of [
  ["is missing", {}, /^CONTENT_TOKEN is missing: set it, or CONTENT_TOKEN_FILE to the path of a file/],
  ["is set twice", { CONTENT_TOKEN: "s3cret", CONTENT_TOKEN_FILE: "/s3cret" }, /both set: keep one/],
] as const) {
  test(`a secret that ${what} stops the start, and is not shown`, () => {
    assert.throws(
      () => readSettings({ ...URLS, ...env }, SETTINGS),
      (error) => error instanceof Error && complaint.test(error.message) && !error.message.includes("s3cret"),
    );
  });
}

test("a secret comes from its setting or its file, and the address may have a base path", async () => {
  await using server = await MisbehavingUpstream.open();
  const folder = await mkdtemp(join(tmpdir(), "secret-"));
  try {
    await writeFile(join(folder, "token"), "from-file\n");
    const tools = {
      metrics: createMetrics({ name: "test", processMetrics: false }),
      clock: systemClock,
      random: Math.random,
      userAgent: "tv-bff",
      logger: createLogger({ name: "test", level: "silent", destination: { write: () => undefined } }),
    };
    for (const secret of [{ CONTENT_TOKEN: "from-setting" }, { CONTENT_TOKEN_FILE: join(folder, "token") }]) {
      const env = { CONTENT_URL: `${server.origin}/cms/`, ...secret };
      const { clients, close } = connect(TABLE, readSettings(env, SETTINGS), tools);
      await called((scope) => clients(scope).content.page());
      await close();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  const seen = server.received.map(({ url, headers }) => [url, headers.authorization, headers["user-agent"]]);
  assert.deepEqual(seen, [
    ["/cms/pages/1", "Bearer from-setting", "tv-bff"],
    ["/cms/pages/1", "Bearer from-file", "tv-bff"],
  ]);
});

test("each field that breaks its contract is named once in the log, and counted each time", async () => {
  await using server = await MisbehavingUpstream.open();
  const violation = { field: "/title", expected: "must be string" };
  const broken: Operation<unknown> = {
    ...getPage,
    read: (value, strictness) => {
      assert.equal(strictness?.validation, "report");
      return { ok: true, value, broken: [violation, { ...violation, field: "/text" }] };
    },
  };
  const table = {
    content: {
      service: (upstream: Upstream) => ({
        in: (scope: CallScope) => ({ page: () => upstream.call(broken, scope) }),
      }),
      validation: "report",
    },
  } as const;
  const lines: string[] = [];
  const metrics = createMetrics({ name: "test", processMetrics: false });
  const { clients, close } = connect(
    table,
    { CONTENT_URL: [server.origin] },
    {
      metrics,
      clock: systemClock,
      random: Math.random,
      userAgent: "tv-bff",
      logger: createLogger({
        name: "test",
        level: "warn",
        destination: { write: (line) => void lines.push(line) },
      }),
    },
  );
  for (let time = 0; time < 3; time += 1) await called(async (scope) => clients(scope).content.page());
  await close();
  assert.deepEqual(
    lines.map((line) => Object(JSON.parse(line))["field"]),
    ["/title", "/text"],
  );
  assert.match(await metrics.registry.metrics(), /^upstream_contract_violations_total\{.*\} 6$/m);
});
