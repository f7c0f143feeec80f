import assert from "node:assert/strict";
import { test } from "node:test";
import { AnswerReader } from "./answer-reader.ts";

const PAGE = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\nbody";
const REFUSED =
  "HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\nConnection: close\r\n\r\n";

test("an answer is the same however it is cut, and the next one follows on the same connection", () => {
  for (let cut = 1; cut < PAGE.length; cut += 1) {
    const reader = new AnswerReader();
    assert.equal(reader.take(Buffer.from(PAGE.slice(0, cut))), undefined, `cut after ${cut}`);
    const answer = reader.take(Buffer.from(PAGE.slice(cut)));
    assert.deepEqual(answer, { status: 200, retryAfter: false, keeps: true, bytes: 4 });
    assert.deepEqual(reader.take(Buffer.from(REFUSED)), {
      status: 503,
      retryAfter: true,
      keeps: false,
      bytes: 0,
    });
  }
});

test("refuses an answer whose end it could not know", () => {
  const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  assert.throws(() => new AnswerReader().take(Buffer.from(chunked)), /Content-Length/);
});
