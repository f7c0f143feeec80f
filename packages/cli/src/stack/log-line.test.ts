import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readLogLine } from "./log-line.ts";

describe("readLogLine", () => {
  it("finds the ports in a BFF's and in a sample service's ready line", () => {
    const ports = { port: 1, adminPort: 2 };
    const lines = [
      '{"level":30,"msg":"ready","port":1,"adminPort":2}',
      '{"ready":true,"port":1,"adminPort":2}',
    ];
    for (const line of lines) assert.deepEqual(readLogLine(line, "stdout").ready, ports);
  });

  const plain: [text: string, from: "stdout" | "stderr", notable: boolean][] = [
    ['{"level":30,"msg":"a"}', "stdout", false],
    ['{"level":40,"msg":"a"}', "stdout", true],
    ['{"level":"info","message":"a"}', "stderr", false],
    ['{"level":"warn","message":"a"}', "stderr", true],
    ['{"level":"error","message":"a"}', "stdout", true],
    ["plain text", "stdout", false],
    ["plain text", "stderr", true],
    ["{ not JSON", "stderr", true],
    ["", "stderr", false],
  ];
  for (const [text, from, notable] of plain) {
    it(`takes '${text}' on ${from} as ${notable ? "" : "not "}worth showing`, () => {
      const line = readLogLine(text, from);
      assert.equal(line.notable, notable);
      assert.equal(line.ready, undefined);
    });
  }
});
