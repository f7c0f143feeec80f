import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { createLogger } from "./logger.ts";
import { readableLine } from "./readable.ts";

/** A stream that cannot show colours, as a file. */
const plain = new PassThrough();

/** The one line that `log` writes. */
function lineOf(log: (logger: ReturnType<typeof createLogger>) => void): string {
  let written = "";
  log(createLogger({ name: "web-bff", level: "trace", destination: { write: (line) => (written += line) } }));
  return written.trimEnd();
}

test("shows time of day, level, program, message and members", () => {
  const line = lineOf((logger) =>
    logger.warn({ screen: "home-page", ms: 12, tags: ["a"] }, "section failed"),
  );
  assert.match(
    readableLine(line, plain),
    /^\d\d:\d\d:\d\d\.\d{3} warn {2}web-bff section failed screen=home-page ms=12 tags=\["a"\]$/,
  );
});

test("shows an error with its stack and its causes", () => {
  const cause = new RangeError("too far");
  const line = lineOf((logger) => logger.error({ err: new Error("broken", { cause }) }, "failed"));
  const [first, ...stack] = readableLine(line, plain).split("\n");
  assert.match(first ?? "", / error web-bff failed$/);
  assert.equal(stack[0], "  Error: broken");
  assert.ok(stack.includes("  caused by RangeError: too far"));
  assert.ok(stack.every((each) => each.startsWith("  ")));
});

test("leaves what is no line of JSON as it is", () => {
  for (const text of ["", "plain text", "{ half", "[1]"]) assert.equal(readableLine(text, plain), text);
});

test("reads the sample services' lines too", () => {
  const line = '{"level":"info","service":"users","message":"made the data","ms":3}';
  assert.equal(readableLine(line, plain), "info  users made the data ms=3");
});

test("colours the level where the stream can show it", () => {
  const terminal = Object.assign(new PassThrough(), {
    isTTY: true,
    getColorDepth: () => 8,
    hasColors: () => true,
  });
  const { NO_COLOR, FORCE_COLOR } = process.env;
  delete process.env["NO_COLOR"];
  process.env["FORCE_COLOR"] = "1";
  try {
    const line = lineOf((logger) => logger.error("failed"));
    assert.ok(readableLine(line, terminal).includes("\u001b[31merror\u001b[39m"));
  } finally {
    for (const [name, value] of Object.entries({ NO_COLOR, FORCE_COLOR })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
});
