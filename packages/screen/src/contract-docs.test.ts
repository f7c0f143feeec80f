import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";
import express from "express";
import { Pool } from "undici";
import { contractDocs } from "./contract-docs.ts";
import { describeScreens } from "./describe/describe-screens.ts";
import { profileScreen } from "./testing/profile-screen.ts";
import { renameCommand } from "./testing/rename-command.ts";

const DOCUMENT = describeScreens(
  { screens: [profileScreen], commands: [renameCommand] },
  {
    title: "Docs <BFF>",
    version: "1.0.0",
    prefix: "/app",
    problems: { "not-found": { status: 404, title: "Not found" } },
  },
);

describe("a contract's page", () => {
  const docs = contractDocs(DOCUMENT, "/app", (userId) => `identity of ${userId}`);
  const server = createServer(express().use("/app", docs));
  let pool: Pool;
  before(async () => {
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    pool = new Pool(`http://127.0.0.1:${address.port}`);
  });
  after(async () => {
    await pool.destroy();
    server.close();
  });

  const get = async (path: string) => {
    const { statusCode, headers, body } = await pool.request({ path, method: "GET" });
    return { statusCode, headers, text: await body.text() };
  };

  it("loads only what is served beside it, and runs nothing inline", async () => {
    const { statusCode, headers, text } = await get("/app/docs");
    assert.equal(statusCode, 200);
    assert.match(String(headers["content-type"]), /^text\/html/);
    assert.match(text, /<title>Docs &lt;BFF>: contract<\/title>/);
    assert.doesNotMatch(text, /https?:\/\/|<script>|<style| style=| on[a-z]+=/);
    assert.match(
      String(headers["content-security-policy"]),
      /^default-src 'none'; script-src 'self'; style-src 'self'; /,
    );
    assert.equal(headers["cache-control"], "no-store");
    const places = [...text.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, place = ""]) => place);
    assert.equal(places.length, 3);
    for (const place of places) assert.equal((await get(place)).statusCode, 200, place);
  });

  it("serves the contract itself", async () => {
    const { text } = await get("/app/openapi.json");
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(DOCUMENT)));
  });

  it("gives each request of the page an identity of the user that the page asks as", async () => {
    const { headers, text } = await get("/app/docs/identity?user=7");
    assert.equal(text, "identity of 7");
    assert.equal(headers["cache-control"], "no-store");
    assert.match((await get("/app/docs/start.js")).text, /requestInterceptor/);
  });
});
