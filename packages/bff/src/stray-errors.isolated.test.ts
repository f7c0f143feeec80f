import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { createMinter } from "@triptych/identity";
import { Program } from "@triptych/testing";

const MAIN = join(import.meta.dirname, "fixtures/stray-bff.ts");
const SECRET = Buffer.alloc(32, 1);
const SETTINGS = {
  HOST: "127.0.0.1",
  PORT: "0",
  WEATHER_URL: "http://127.0.0.1:9",
  IDENTITY_KEYS: `one:${SECRET.toString("base64url")}`,
};

test("errors that a screen leaves behind are logged, and the process serves on and counts outcomes", async () => {
  await using program = new Program(process.execPath, [MAIN], { env: SETTINGS });
  const { port, adminPort } = await program.line("ready");
  const minter = createMinter({ kid: "one", secret: SECRET });
  for (const accept of ["application/json", "application/x-ndjson"]) {
    const identity = minter.mint({ userId: "42", audience: "stray-bff", requestId: accept.slice(12) });
    const answer = await fetch(`http://127.0.0.1:${String(port)}/stray/home`, {
      headers: { accept, "x-identity": identity },
    });
    assert.equal(answer.status, 200);
    assert.match(
      await answer.text(),
      /"today":21.*"degraded":\[\{"section":"tomorrow","reason":"invalid"\}\]/s,
    );
  }
  const stray = () => program.lines("nothing caught this error of the app's code");
  while (stray().length < 6) await setTimeout(10);
  assert.match(JSON.stringify(stray()[0]), /"level":"error".*"message":"left behind".*stray-bff\.ts/);
  const metrics = await fetch(`http://127.0.0.1:${String(adminPort)}/metrics`);
  const text = await metrics.text();
  assert.match(text, /^screen_requests_total\{screen="home",outcome="degraded",service="stray-bff"\} 2$/m);
  assert.match(
    text,
    /^screen_section_total\{screen="home",section="tomorrow",outcome="fallback",reason="invalid",.*\} 2$/m,
  );
  while (program.lines("request").length < 2) await setTimeout(10);
  assert.deepEqual(
    program.lines("request").map(({ outcome, degraded }) => ({ outcome, degraded })),
    Array.from({ length: 2 }, () => ({ outcome: "degraded", degraded: ["tomorrow"] })),
  );
});
