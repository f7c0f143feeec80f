/** The ruler: `node:http`, `undici.request`, `JSON.parse` and `JSON.stringify`, and nothing else. */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Agent, request } from "undici";
import { sourcesOf } from "../../pages/sources.ts";
import { announce, begin } from "../begin.ts";

const { page, origins } = begin(process.argv.slice(2), process.env);
const dispatcher = new Agent({ pipelining: 1 });

async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const headers = { accept: "application/json", "x-user-id": String(req.headers["x-user-id"]) };
  const sources = sourcesOf(async (service, target) => {
    const { body } = await request(`${origins[service]}${target}`, { dispatcher, headers });
    return body.json();
  });
  const body = Buffer.from(JSON.stringify(await page.load(sources)));
  res.writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length }).end(body);
}

const server = createServer((req, res) => void answer(req, res));
server.listen(0, "127.0.0.1", () => announce(server.address()));
