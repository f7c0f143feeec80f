/** Express and axios, as axios's README has it: `const { data } = await axios.get(url, { headers })`. */
import axios from "axios";
import express from "express";
import { announce, begin } from "../../contenders/begin.ts";
import { sourcesOf } from "../../pages/sources.ts";

const { page, origins } = begin(process.argv.slice(2), process.env);

const app = express();
app.get(page.path, async (req, res) => {
  const headers = { accept: "application/json", "x-user-id": req.get("x-user-id") ?? "" };
  const sources = sourcesOf(async (service, target) => {
    const { data } = await axios.get(`${origins[service]}${target}`, { headers });
    return data;
  });
  res.json(await page.load(sources));
});
const server = app.listen(0, "127.0.0.1", () => announce(server.address()));
