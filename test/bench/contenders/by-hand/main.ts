/**
 * The programs that every machine can run: `main.ts <bare|express-fetch> <web|mobile>`, or
 * `main.ts proxy`. `bare` is the ruler of the benchmark: `node:http`, `undici.request`,
 * `JSON.parse` and `JSON.stringify`, nothing else. `express-fetch` is what most people write.
 * `proxy` passes requests on to a BFF, and is the gateway's ruler.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Agent, request } from "undici";
import { announce, serviceOrigins } from "./begin.ts";
import { mobileHome, webHomePage } from "./pages.ts";

const [program, pageName] = process.argv.slice(2);
const page = pageName === "web" ? webHomePage : mobileHome;
const origins = serviceOrigins(process.env);
// Node writes down what V8 compiled when a process ends of itself.
process.once("SIGTERM", () => process.exit());
if (program === "proxy") proxy();
else await (program === "bare" ? bare() : expressFetch());

/* oxlint-disable typescript/no-unsafe-type-assertion -- see Get: nothing is checked here */
async function bare(): Promise<void> {
  const dispatcher = new Agent({ pipelining: 1 });
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const headers = { accept: "application/json", "x-user-id": String(req.headers["x-user-id"]) };
    const data = await page.load(async <Body>(service: keyof typeof origins, target: string) => {
      const { body } = await request(`${origins[service]}${target}`, { dispatcher, headers });
      return (await body.json()) as Body;
    });
    const body = Buffer.from(JSON.stringify(data));
    res.writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length }).end(body);
  };
  // As the BFFs: a load that pauses between two slices finds its connections again.
  const server = createServer({ keepAliveTimeout: 65_000 }, (req, res) => void answer(req, res));
  server.listen({ port: 0, host: "127.0.0.1", backlog: 8_192 }, () => announce(server.address()));
}

function proxy(): void {
  const origin = String(process.env["WEB_BFF_URL"]);
  const dispatcher = new Agent({ pipelining: 1 });
  const passOn = async ({ url, headers }: IncomingMessage, res: ServerResponse): Promise<void> => {
    const { accept = "*/*" } = headers;
    const answer = await request(`${origin}${url}`, { dispatcher, headers: { accept } });
    const { "content-type": type = "", "content-length": length = "" } = answer.headers;
    res.writeHead(answer.statusCode, { "Content-Type": type, "Content-Length": length });
    answer.body.pipe(res);
  };
  const server = createServer({ keepAliveTimeout: 65_000 }, (req, res) => void passOn(req, res));
  server.listen({ port: 0, host: "127.0.0.1", backlog: 8_192 }, () => announce(server.address()));
}

async function expressFetch(): Promise<void> {
  const { default: express } = await import("express");
  const app = express();
  app.get(page.path, async (req, res) => {
    const headers = { accept: "application/json", "x-user-id": req.get("x-user-id") ?? "" };
    const data = await page.load(async <Body>(service: keyof typeof origins, target: string) => {
      const response = await fetch(`${origins[service]}${target}`, { headers });
      return (await response.json()) as Body;
    });
    res.json(data);
  });
  const server = app.listen(0, "127.0.0.1", () => announce(server.address()));
}
