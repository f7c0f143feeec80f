import assert from "node:assert/strict";
import { test } from "node:test";
import type { Request, Response } from "express";
import { ProblemError, type Problem } from "../index.ts";
import { runApp } from "../testing/running-app.ts";

/** One request to an app with a single route; returns the answer in pieces. */
async function answerTo(
  handler: (req: Request, res: Response) => unknown,
  request: Omit<RequestInit, "headers"> & { path?: string; headers?: Record<string, string> } = {},
) {
  await using app = await runApp((routes) => {
    routes.all("/route/:id", handler);
  });
  const { path = "/route/1", headers, ...init } = request;
  const response = await fetch(`${app.origin}${path}`, {
    ...init,
    headers: { ...headers, "X-Request-Id": "req-1" },
  });
  const text = await response.text();
  await app.log.waitFor("request");
  const body: unknown = text === "" ? undefined : JSON.parse(text);
  return { status: response.status, headers: response.headers, text, body, log: app.log };
}

function failing(problem: Problem) {
  return () => {
    throw new ProblemError(problem);
  };
}

test("a thrown problem is answered as problem+json with the request id", async () => {
  const { status, headers, text, body } = await answerTo(
    failing({
      code: "upstream-timeout",
      detail: "orders took too long",
      section: "order",
      upstream: "orders",
    }),
  );
  assert.equal(status, 504);
  assert.equal(headers.get("content-type"), "application/problem+json");
  assert.equal(headers.get("cache-control"), "no-store");
  assert.equal(headers.get("content-length"), String(Buffer.byteLength(text)));
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(headers.get("retry-after"), null);
  assert.deepEqual(body, {
    type: "/problems/upstream-timeout",
    title: "Service timed out",
    status: 504,
    detail: "orders took too long",
    instance: "req-1",
    section: "order",
    upstream: "orders",
  });
});

test("an error of another package is answered by the problem that it carries", async () => {
  const { status } = await answerTo(() => {
    throw Object.assign(new Error("full"), { problem: { code: "overloaded", detail: "Try again" } });
  });
  assert.equal(status, 503);
});

async function retryAfter(seconds?: number): Promise<string | null> {
  const problem: Problem = { code: "overloaded", detail: "Full", retryAfterSeconds: seconds };
  return (await answerTo(failing(problem))).headers.get("retry-after");
}

test("a 503 always says when to come back", async () => {
  assert.equal(await retryAfter(), "1");
  assert.equal(await retryAfter(4.2), "5");
  assert.equal(await retryAfter(0), "1");
  assert.equal(await retryAfter(Number.NaN), "1");
});

test("a wrong method says which are allowed", async () => {
  const { status, headers } = await answerTo(
    failing({ code: "method-not-allowed", detail: "Read only", allow: ["GET", "HEAD"] }),
  );
  assert.equal(status, 405);
  assert.equal(headers.get("allow"), "GET, HEAD");
});

for (const [asked, answered] of [
  ["keep-alive", "Upgrade"],
  ["close", "close, Upgrade"],
] as const) {
  test(`a 426 says to what to upgrade, on a connection that was to ${asked}`, async () => {
    await using app = await runApp((routes) => {
      routes.get("/old", failing({ code: "upgrade-required", detail: "Too old", upgrade: "app/2.0.0" }));
    });
    const connection = app.connect();
    connection.send(`GET /old HTTP/1.1\r\nHost: test\r\nConnection: ${asked}\r\n\r\n`);
    const { status, headers } = await connection.answer();
    assert.equal(status, 426);
    assert.equal(headers["upgrade"], "app/2.0.0");
    assert.equal(headers["connection"], answered);
    if (asked === "close") assert.equal(await connection.closed(), "");
  });
}

test("HEAD gets only the headers", async () => {
  const { status, headers, text } = await answerTo(failing({ code: "not-found", detail: "Gone" }), {
    method: "HEAD",
  });
  assert.equal(status, 404);
  assert.equal(text, "");
  assert.ok(Number(headers.get("content-length")) > 50);
});

test("what the handler said about the answer that it could not give is taken back", async () => {
  const { headers } = await answerTo((_req, res) => {
    res.set({ ETag: '"1"', "Content-Encoding": "br", "Cache-Control": "private", "Last-Modified": "x" });
    // Left there beside the problem's Content-Length, it would make Node refuse to send anything at
    // all.
    res.set({ Trailer: "Server-Timing" });
    throw new ProblemError({ code: "not-found", detail: "Gone" });
  });
  assert.equal(headers.get("etag"), null);
  assert.equal(headers.get("content-encoding"), null);
  assert.equal(headers.get("last-modified"), null);
  assert.equal(headers.get("trailer"), null);
  assert.equal(headers.get("cache-control"), "no-store");
});

test("a bug is answered without a word about it, and logged with its stack", async () => {
  const { status, text, body, log } = await answerTo(async () => {
    await Promise.reject(new TypeError("cannot read s3cret of undefined"));
  });
  assert.equal(status, 500);
  assert.doesNotMatch(text, /s3cret|TypeError|stack/);
  assert.ok(typeof body === "object" && body !== null && "detail" in body);
  assert.equal(body.detail, "Something went wrong on our side");
  const line = await log.only("unhandled error");
  assert.equal(line["level"], "error");
  assert.equal(line["requestId"], "req-1");
  assert.match(JSON.stringify(line["err"]), /TypeError: cannot read s3cret of undefined\\n +at /);
});

test("an error with a status from another server is a bug, not the client's mistake", async () => {
  const { status } = await answerTo(() => {
    throw Object.assign(new Error("Request failed with status code 404"), { status: 404 });
  });
  assert.equal(status, 500);
});

test("a thrown text, or a value that cannot be looked at, is a bug and is logged without harm", async () => {
  const trap = () => {
    throw new TypeError("s3cret of a trap");
  };
  const proxy = new Proxy({}, { get: trap, getPrototypeOf: trap, has: trap, ownKeys: trap });
  for (const thrown of [
    "s3cret",
    proxy,
    Object.setPrototypeOf(new Error("s3cret"), proxy),
    Object.defineProperty(new Error("s3cret"), "message", { get: trap }),
    new Error("s3cret", { cause: proxy }),
  ]) {
    const { status, text, log } = await answerTo(() => {
      throw thrown;
    });
    assert.equal(status, 500);
    assert.doesNotMatch(text, /s3cret/);
    assert.equal(log.lines("unhandled error").length, 1);
    log.logger.error({ err: thrown }, "looked at");
    assert.equal(log.lines("looked at").length, 1);
  }
});

const JSON_TYPE = { "Content-Type": "application/json" };

test("a body that is not JSON is invalid, and is not quoted", async () => {
  const { status, text } = await answerTo((_req, res) => res.end(), {
    method: "POST",
    headers: JSON_TYPE,
    body: '{"email": ada@example.com',
  });
  assert.equal(status, 400);
  assert.match(text, /"type":"\/problems\/invalid-request".*"detail":"The body is not a JSON object"/);
  assert.doesNotMatch(text, /ada@/);
});

test("a path parameter that cannot be decoded is invalid", async () => {
  const { status, text } = await answerTo((_req, res) => res.end(), { path: "/route/%E0%A4%A" });
  assert.equal(status, 400);
  assert.match(text, /invalid-request.*escape/);
});

test("an unknown path is not found, and is not repeated", async () => {
  const { status, text } = await answerTo((_req, res) => res.end(), { path: "/ada@example.com" });
  assert.equal(status, 404);
  assert.match(text, /"type":"\/problems\/not-found"/);
  assert.doesNotMatch(text, /ada/);
});

test("half an answer is cut, so that it is not taken for a whole one", async () => {
  await using app = await runApp((routes) => {
    routes.get("/half", async (_req, res) => {
      await new Promise((resolve) => res.write("half", resolve));
      throw new Error("too late");
    });
  });
  const connection = app.connect().send("GET /half HTTP/1.1\r\nHost: a\r\n\r\n");
  const received = await connection.closed();
  assert.match(received, /^HTTP\/1\.1 200/);
  assert.doesNotMatch(received, /\r\n0\r\n\r\n$/);
  assert.doesNotMatch(received, /problem/);
  await app.log.only("unhandled error");
});

test("an error after the whole answer leaves the answer whole", async () => {
  // So large that most of it still waits to be sent when the error comes.
  const whole = "x".repeat(5_000_000);
  const { status, text, log } = await answerTo((_req, res) => {
    res.json({ whole });
    throw new Error("late");
  });
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(text), { whole });
  await log.only("unhandled error");
});

test("a client that leaves in the middle of its body is no error", async () => {
  await using app = await runApp((routes) => {
    routes.post("/slow", (_req, res) => {
      res.end();
    });
  });
  const connection = app.connect();
  connection.send(
    "POST /slow HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{",
  );
  connection.socket.once("connect", () => connection.socket.end());
  const line = await app.log.only("request");
  assert.equal(line["aborted"], true);
  assert.equal(app.log.lines("unhandled error").length, 0);
});

test("a bug is still logged when the client has left", async () => {
  await using app = await runApp((routes) => {
    routes.get("/bug", async (_req, res) => {
      await new Promise((resolve) => res.once("close", resolve));
      throw new Error("a bug after the end");
    });
  });
  const connection = app.connect().send("GET /bug HTTP/1.1\r\nHost: a\r\n\r\n");
  connection.socket.once("connect", () => connection.socket.end());
  const [line] = await app.log.waitFor("unhandled error");
  assert.match(JSON.stringify(line), /a bug after the end/);
});
