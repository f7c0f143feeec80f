import assert from "node:assert/strict";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { describe, it } from "node:test";
import { createLogger, createMetrics, inbound } from "@triptych/service-kit";
import { CapturedLog, FakeClock } from "@triptych/testing";
import { Refusal } from "../exchange.ts";
import { sampleTable } from "../testing/sample-table.ts";
import { SentAnswer } from "./send-answer.ts";

/** An answer to a client whose connection takes nothing yet. */
function answerTo(method = "GET") {
  const req = new IncomingMessage(new Socket());
  req.method = method;
  req.headers.host = "shop.example";
  req.rawHeaders.push("Host", "shop.example");
  const res = new ServerResponse(req);
  const { logger } = new CapturedLog(createLogger);
  const metrics = createMetrics({ name: "test", processMetrics: false });
  inbound({ name: "test", logger, metrics, clock: new FakeClock() })(req, res, () => undefined);
  const [route] = sampleTable().routes;
  assert.ok(route);
  const ended: unknown[] = [];
  const flow: string[] = [];
  const answer = new SentAnswer({
    exchange: { route, visitorsLogin: undefined, pageFor: undefined },
    req,
    res,
    transform: undefined,
    onOutcome: () => undefined,
    onFailed: () => undefined,
    onFields: () => undefined,
    done: (error) => void ended.push(error),
  });
  const held = {
    pause: () => void flow.push("pause"),
    resume: () => void flow.push("resume"),
    abort: () => void flow.push("abort"),
  };
  return { res, answer, held, flow, ended };
}

describe("an answer on its way to the client", () => {
  it("is held back at its target while the client does not read", () => {
    const { res, answer, held, flow } = answerTo();
    answer.begun(200, {});
    answer.data(Buffer.alloc(10), held);
    assert.deepEqual(flow, []);
    answer.data(Buffer.alloc(res.writableHighWaterMark), held);
    assert.deepEqual(flow, ["pause"]);
    res.emit("drain");
    assert.deepEqual(flow, ["pause", "resume"]);
  });

  it("may go on for a moment when the response was destroyed", async () => {
    const { res, answer, held, ended } = answerTo();
    res.on("error", (error) => assert.fail(error));
    answer.begun(200, {});
    answer.data(Buffer.from("half"), held);
    res.destroy();
    answer.data(Buffer.from("more"), held);
    answer.ended({});
    await new Promise(setImmediate);
    assert.deepEqual(ended, [undefined]);
  });

  it("that fails before its first byte leaves nothing of its head in the refusal", () => {
    const { res, answer, ended } = answerTo();
    answer.begun(200, { etag: '"abc"', "content-length": "10" });
    answer.failed("broken", new Error("reset"));
    const [refusal] = ended;
    assert.ok(refusal instanceof Refusal);
    assert.equal(refusal.problem.code, "upstream-unavailable");
    assert.deepEqual([res.hasHeader("etag"), res.hasHeader("content-length")], [false, false]);
  });

  it("that fails by a mistake of ours is no failure of the target", () => {
    const { answer, ended } = answerTo();
    const mistake = new TypeError("undefined is not a function");
    answer.failed("invalid", mistake);
    assert.deepEqual(ended, [mistake]);
  });
});
