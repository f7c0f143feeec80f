import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { TestContext } from "node:test";
import { test } from "node:test";
import { MisbehavingUpstream, cutsBody, fails } from "@triptych/testing";
import { Upstream } from "@triptych/upstream-client";
import type { BinaryAnswer, CallScope, Operation } from "@triptych/upstream-client";
import express from "express";
import type { NextFunction, Request, Response } from "express";
import { defineScreens } from "../definition/screen.ts";
import { describeScreens } from "../describe/describe-screens.ts";
import { ScreenProblem } from "../run/failure.ts";
import type { ScreenReport } from "../run/run-screen.ts";
import { mountScreens } from "./mount.ts";

type Clients = { readonly invoice: (id: string) => Promise<BinaryAnswer> };

const getInvoice: Operation<BinaryAnswer> = {
  name: "getInvoice",
  method: "GET",
  path: "/invoices/{id}",
  answerTypes: ["application/pdf", "text/html"],
  read: () => ({ ok: false, violation: { field: "", expected: "to be streamed" } }),
};

const invoice = defineScreens<Clients>().download({
  name: "invoice",
  path: "/invoices/:id",
  ids: "opaque",
  summary: "An invoice as a file",
  deadlineMs: 30_000,
  mediaTypes: ["application/pdf"],
  load: (clients, { params }) => clients.invoice(params.id),
  fileName: ({ params }) => `invoice ${params.id}.pdf`,
});

/** Serves the download, over a service that has one invoice. */
async function serve(t: TestContext, download = invoice) {
  const service = await MisbehavingUpstream.open(() => ({
    status: 200,
    headers: { "content-type": "application/pdf" },
    body: "%PDF".repeat(50_000),
  }));
  const upstream = new Upstream({
    name: "billing",
    addresses: [service.origin],
    ids: "opaque",
    retry: false,
  });
  const reports: ScreenReport[] = [];
  const app = express();
  app.use(
    mountScreens(
      { screens: [], downloads: [download] },
      {
        clients: (scope: CallScope) => ({
          invoice: (id) => upstream.call(getInvoice, scope, { path: { id } }),
        }),
        caller: () => ({ userId: "42", requestId: "r-1", traceId: "1".repeat(32), traceFlags: "00" }),
        report: (_, report) => void reports.push(report),
      },
    ),
  );
  app.use((error: unknown, _: Request, res: Response, _next: NextFunction) => {
    res.status(500).json(error instanceof ScreenProblem ? error.problem : { code: "internal" });
  });
  const server = createServer(app);
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(async () => {
    server.close();
    await upstream.close();
    await service.close();
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return { service, reports, origin: `http://127.0.0.1:${port}` };
}

async function codeOf(answer: globalThis.Response): Promise<unknown> {
  const problem: unknown = await answer.json();
  return Object(problem).code;
}

test("a service's file streams to the client, with its type, its size and a name", async (t) => {
  const { service, reports, origin } = await serve(t);
  const answer = await fetch(`${origin}/invoices/a%2F1`);
  assert.equal(answer.status, 200);
  assert.equal((await answer.text()).length, 200_000);
  const told = ["content-type", "content-length", "cache-control", "screen-outcome"].map((name) =>
    answer.headers.get(name),
  );
  assert.deepEqual(told, ["application/pdf", "200000", "private, no-store", "complete"]);
  assert.match(answer.headers.get("content-disposition") ?? "", /^attachment; filename=/);
  assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
  assert.deepEqual(
    service.received.map(({ url }) => url),
    ["/invoices/a%2F1"],
  );
  assert.deepEqual(
    reports.map(({ screen, outcome }) => [screen, outcome]),
    [["invoice", "complete"]],
  );
});

test("what fails before the first byte is a problem", async (t) => {
  const { service, reports, origin } = await serve(t);
  const ask = async () => codeOf(await fetch(`${origin}/invoices/1`));
  service.behave(fails(404), { times: 1 });
  assert.equal(await ask(), "not-found");
  service.behave(() => ({ status: 200, headers: { "content-type": "text/html" }, body: "<script>" }), {
    times: 1,
  });
  assert.equal(await ask(), "upstream-invalid");
  assert.deepEqual(
    reports.map(({ outcome }) => outcome),
    ["failed", "failed"],
  );
});

test("a file that is cut off cuts the client's connection, and is a failure", async (t) => {
  const { service, reports, origin } = await serve(t);
  service.behave(cutsBody);
  const answer = await fetch(`${origin}/invoices/1`);
  await assert.rejects(answer.text());
  while (reports.length === 0) await nextTurn();
  assert.deepEqual(
    reports.map(({ outcome }) => outcome),
    ["failed"],
  );
});

for (const [name, fileName] of [
  ["throws", () => assert.fail("a file name that cannot be made")],
  ["returns a promise that fails", () => Promise.reject(new TypeError("too late"))],
] as const) {
  test(`a file's name that ${name} is a problem, and a failure`, async (t) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its type forbids a promise, JavaScript does not
    const broken = { ...invoice, fileName: fileName as () => never };
    const { reports, origin } = await serve(t, broken);
    const answer = await fetch(`${origin}/invoices/1`);
    assert.deepEqual([answer.status, await codeOf(answer)], [500, "internal"]);
    assert.deepEqual(
      reports.map(({ outcome }) => outcome),
      ["failed"],
    );
  });
}

test("HEAD has no body, and a POST is not allowed", async (t) => {
  const { origin } = await serve(t);
  const head = await fetch(`${origin}/invoices/1`, { method: "HEAD" });
  assert.deepEqual([head.status, head.headers.get("content-length")], [200, "200000"]);
  const post = await fetch(`${origin}/invoices/1`, { method: "POST" });
  assert.equal(await codeOf(post), "method-not-allowed");
});

test("the contract has the file's types, and the address's parameters", () => {
  const about = { title: "Web", version: "1.0.0", prefix: "/web", problems: {} } as const;
  const { paths } = describeScreens({ screens: [], downloads: [invoice] }, about);
  const operation = Object(paths["/web/invoices/{id}"]).get;
  assert.deepEqual(Object.keys(operation.responses[200].content), ["application/pdf"]);
  assert.equal(operation.parameters[0]["x-ids"], "opaque");
});
