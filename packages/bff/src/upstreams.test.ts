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
      const deadline = new TimedDeadline(systemClock, 30_000);
      const caller = { userId: "7", requestId: "r-1", traceId: "a".repeat(32), traceFlags: "01" };
      const request = new RequestContext({ caller, deadline, clock: systemClock, random: Math.random });
      await clients(new CallScope(request)).content.page();
      deadline.dispose();
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
