import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { it } from "node:test";

const PROBE = new URL("main.ts", import.meta.url).href;
const ASK = `const { hasSubscribers } = require("node:diagnostics_channel");
console.log(["http.server.request.start", "triptych.upstream.answer", "triptych.screen.page"].some((name) => hasSubscribers(name)))`;

function listens(env: NodeJS.ProcessEnv): string {
  return execFileSync(process.execPath, [`--import=${PROBE}`, "--eval", ASK], {
    env,
    encoding: "utf8",
  }).trim();
}

it("listens only in development, and only for a console", () => {
  const CONSOLE_URL = "http://127.0.0.1:8100";
  assert.equal(listens({ CONSOLE_URL }), "true");
  assert.equal(listens({ CONSOLE_URL, NODE_ENV: "production" }), "false");
  assert.equal(listens({}), "false");
});
