/** What most people write: Express and the global fetch. */
import express from "express";
import { sourcesOf } from "../../pages/sources.ts";
import { announce, begin } from "../begin.ts";

const { page, origins } = begin(process.argv.slice(2), process.env);

const app = express();
app.get(page.path, async (req, res) => {
  const headers = { accept: "application/json", "x-user-id": req.get("x-user-id") ?? "" };
  const sources = sourcesOf(async (service, target) => {
    const response = await fetch(`${origins[service]}${target}`, { headers });
    return response.json();
  });
  res.json(await page.load(sources));
});
const server = app.listen(0, "127.0.0.1", () => announce(server.address()));
