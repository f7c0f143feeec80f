import assert from "node:assert/strict";
import { createServer } from "node:http";
import { it } from "node:test";
import { contractDocs } from "@triptych/screen/docs";
import { listen } from "@triptych/testing";
import { bff } from "@triptych/web-bff";
import express from "express";
import { describeInBrowser } from "./testing/browser.ts";
import { sharedChromium } from "./testing/shared-browser.ts";

describeInBrowser("the page of a contract", process.env, (chromium) => {
  it("shows every operation and sends requests, each with its own identity, under its own policy", async () => {
    const contract = await bff.answers.contract?.("/web");
    assert.ok(contract !== undefined);
    let minted = 0;
    const app = express();
    app.use(
      "/web",
      contractDocs(contract, "/web", (userId) => `${userId}-${(minted += 1)}`),
    );
    const asked: unknown[] = [];
    app.get("/web/home-page", (req, res) => {
      asked.push(req.headers["x-identity"]);
      res.json({ hello: "Ada" });
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
      await page.goto(`http://127.0.0.1:${port}/web/docs?user=7`);
      const operations = page.locator(".opblock");
      await operations.first().waitFor();
      assert.equal(await operations.count(), 5);
      const home = page.locator("#operations-home-page-homePage");
      await home.locator(".opblock-summary-control").click();
      await home.getByRole("button", { name: "Try it out" }).click();
      for (const _ of [1, 2]) {
        const answered = page.waitForResponse((response) => response.url().endsWith("/web/home-page"));
        await home.getByRole("button", { name: "Execute" }).click();
        await answered;
      }
      assert.deepEqual(asked, ["7-1", "7-2"]);
      assert.deepEqual(complaints, []);
    } finally {
      await page.close();
      server.close();
      server.closeAllConnections();
    }
  });
});
