import assert from "node:assert/strict";
import { createServer } from "node:http";
import { it } from "node:test";
import { bff } from "@triptych/partner-bff";
import { listen } from "@triptych/testing";
import express from "express";
import { buildSchema, graphql } from "graphql";
import { describeInBrowser } from "./testing/browser.ts";
import { sharedChromium } from "./testing/shared-browser.ts";

const SCHEMA = buildSchema("type Query { hello: String }");

/** GraphiQL reads the schema with an introspection query of its own. */
function isOfPage(query: string): boolean {
  return !query.includes("IntrospectionQuery");
}

describeInBrowser("the page for GraphQL", process.env, (chromium) => {
  it("reads the schema and sends queries, each with its own identity, under its own policy", async () => {
    let minted = 0;
    const pages = await bff.answers.developmentPages?.("/partner", (userId) => `${userId}-${(minted += 1)}`);
    assert.ok(pages !== undefined);
    const app = express();
    app.use("/partner", pages);
    const identities: unknown[] = [];
    const queries: string[] = [];
    app.post("/partner/graphql", express.json(), async (req, res) => {
      identities.push(req.headers["x-identity"]);
      const { query } = req.body;
      assert.ok(typeof query === "string");
      queries.push(query);
      res.json(await graphql({ schema: SCHEMA, source: query, rootValue: { hello: "Ada" } }));
    });
    const server = createServer(app);
    const port = await listen(server);
    const browser = await sharedChromium(chromium);
    const page = await browser.newPage();
    try {
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(error.message));
      await page.goto(`http://127.0.0.1:${port}/partner/graphql?user=7`);
      await page.locator(".graphiql-tab").first().waitFor();
      assert.ok((await page.locator(".graphiql-tab").count()) > 1, "a tab for each registered document");
      const editor = page.locator(".graphiql-query-editor .CodeMirror");
      await editor.click();
      await page.keyboard.press("Control+A");
      await page.keyboard.insertText("{ hello }");
      await page.locator(".graphiql-execute-button").click();
      await page.locator(".result-window", { hasText: "Ada" }).waitFor();
      assert.equal(queries.filter(isOfPage).length, 1);
      assert.ok(queries.length > 1, "the schema was asked for");
      assert.deepEqual(
        identities,
        queries.map((_, index) => `7-${index + 1}`),
      );
      assert.deepEqual(complaints, []);
    } finally {
      await page.close();
      server.close();
      server.closeAllConnections();
    }
  });
});
