import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";
import express from "express";
import { Type } from "typebox";
import { Pool } from "undici";
import { describeScreens } from "../describe/describe-screens.ts";
import { defineScreens } from "../definition/screen.ts";
import type { FakeClients } from "../testing/fake-upstreams.ts";
import { profileScreen } from "../testing/profile-screen.ts";
import { renameCommand } from "../testing/rename-command.ts";
import { contractDocs } from "./contract-docs.ts";

const { screen, required } = defineScreens<FakeClients>();

const hostile = screen({
  name: "hostile-words",
  path: "/hostile",
  summary: `<script>alert("1")</script> & more`,
  budget: { deadlineMs: 800, upstreamCalls: 1, bytes: 1_000 },
  sections: {
    part: required({
      schema: Type.Object({
        list: Type.Array(Type.Object({ deep: Type.Integer({ description: "Far down" }) })),
        mood: Type.Union([Type.Literal("good"), Type.Null()]),
      }),
      load: async () => ({}),
      shape: () => ({ list: [], mood: null }),
    }),
  },
});

const DOCUMENT = describeScreens(
  { screens: [profileScreen, hostile], commands: [renameCommand] },
  {
    title: "Docs <BFF>",
    version: "1.0.0",
    prefix: "/app",
    problems: { "not-found": { status: 404, title: "Not found" } },
  },
);

describe("a contract's page", () => {
  const server = createServer(express().use("/app", contractDocs(DOCUMENT, "/app")));
  let pool: Pool;
  before(async () => {
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    const { port } = address;
    pool = new Pool(`http://127.0.0.1:${port}`);
  });
  after(async () => {
    await pool.destroy();
    server.close();
  });

  const get = async (path: string) => {
    const { statusCode, headers, body } = await pool.request({ path, method: "GET" });
    return { statusCode, headers, text: await body.text() };
  };

  it("shows every operation, its fields at any depth, and what they may be", async () => {
    const { statusCode, headers, text } = await get("/app/docs");
    assert.equal(statusCode, 200);
    assert.match(String(headers["content-type"]), /^text\/html/);
    for (const [path, item] of Object.entries(DOCUMENT.paths)) {
      for (const method of Object.keys(item))
        assert.ok(text.includes(`${method.toUpperCase()} ${path}</h2>`), path);
    }
    assert.match(text, /<code>deep<\/code> <span class="type">integer<\/span> Far down/);
    assert.match(text, /<code>mood<\/code> <span class="type">[^<]*null<\/span>/);
    assert.match(text, /<code>Idempotency-Key<\/code>/);
    assert.match(text, /application\/problem\+json/);
  });

  it("runs nothing and fetches nothing from elsewhere, whatever a summary says", async () => {
    const { headers, text } = await get("/app/docs");
    assert.doesNotMatch(text, /<script|https?:\/\//);
    assert.match(text, /&lt;script&gt;alert\(&quot;1&quot;\)/);
    assert.match(text, /<h1>Docs &lt;BFF&gt;<\/h1>/);
    assert.match(String(headers["content-security-policy"]), /default-src 'none'/);
    assert.equal(headers["cache-control"], "no-store");
  });

  it("gives what the page refers to: the style, and the contract itself", async () => {
    const { text } = await get("/app/docs");
    const places = [...text.matchAll(/href="(\/[^"]*)"/g)].map(([, place = ""]) => place);
    assert.deepEqual(places.toSorted(), ["/app/docs/style.css", "/app/openapi.json"]);
    for (const place of places) assert.equal((await get(place)).statusCode, 200, place);
    assert.deepEqual(JSON.parse((await get("/app/openapi.json")).text), JSON.parse(JSON.stringify(DOCUMENT)));
  });
});
