import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "undici";
import { upstreamFailure } from "../testing/fake-upstreams.ts";
import { profileScreen } from "../testing/profile-screen.ts";
import { serveScreens } from "../testing/serve-screens.ts";

const LINES = { accept: "application/x-ndjson" };
const GOOD = { profile: async () => ({ name: "Ada" }), orders: async () => [{ id: "o1" }] };

test("answers a line per section as it is ready, and last the degraded ones", async () => {
  const profile = Promise.withResolvers<{ name: string }>();
  const answers = {
    profile: () => profile.promise,
    orders: async () => Promise.reject(upstreamFailure("timeout")),
  };
  await serveScreens([profileScreen], { answers }, async ({ origin }) => {
    const { statusCode, headers, body } = await request(`${origin}/profile`, { headers: LINES });
    assert.equal(statusCode, 200);
    assert.equal(headers["content-type"], "application/x-ndjson");
    let text = "";
    for await (const bytes of body) {
      text += Buffer.from(bytes).toString("utf8");
      if (text.includes("orders")) profile.resolve({ name: "Ada" });
    }
    assert.deepEqual(
      text
        .trimEnd()
        .split("\n")
        .map((line): unknown => JSON.parse(line)),
      [
        { orders: [] },
        { profile: { name: "Ada" } },
        { degraded: [{ section: "orders", reason: "timeout" }] },
      ],
    );
  });
});

test("carries the same data as the plain JSON", async () => {
  await serveScreens([profileScreen], { answers: GOOD }, async ({ origin }) => {
    const plain = await (await request(`${origin}/profile`)).body.json();
    const lines = await (await request(`${origin}/profile`, { headers: LINES })).body.text();
    const together: unknown = Object.assign(
      {},
      ...lines
        .trimEnd()
        .split("\n")
        .map((line): unknown => JSON.parse(line)),
    );
    assert.deepEqual(together, plain);
  });
});

test("answers a line with the problem of a required section that fails, and ends as always", async () => {
  const answers = { ...GOOD, profile: async () => Promise.reject(upstreamFailure("rejected", 404)) };
  await serveScreens([profileScreen], { answers }, async ({ origin }) => {
    const { body } = await request(`${origin}/profile`, { headers: LINES });
    const lines = (await body.text()).trimEnd().split("\n");
    assert.ok(
      lines.includes(
        '{"problem":{"type":"/problems/not-found","section":"profile","upstream":"users","detail":"profile: not found."}}',
      ),
    );
    assert.equal(lines.at(-1), '{"degraded":[{"section":"profile","reason":"rejected"}]}');
  });
});
