/**
 * Express and undici's `request` under OpenTelemetry's auto-instrumentation, which is required before this file. CommonJS, since that
 * is where instrumentation needs no loader hook. The load's traces are not sampled, and each request still makes its contexts.
 */
const express = require("express");
const { request } = require("undici");

async function main() {
  const { announce, begin } = await import("../../contenders/begin.ts");
  const { sourcesOf } = await import("../../pages/sources.ts");
  const { page, origins } = begin(process.argv.slice(2), process.env);

  const app = express();
  app.get(page.path, async (req, res) => {
    const headers = { accept: "application/json", "x-user-id": req.get("x-user-id") ?? "" };
    const sources = sourcesOf(async (service, target) => {
      const { body } = await request(`${origins[service]}${target}`, { headers });
      return body.json();
    });
    res.json(await page.load(sources));
  });
  const server = app.listen(0, "127.0.0.1", () => announce(server.address()));
}

void main();
