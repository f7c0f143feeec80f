/**
 * The programs that every machine can run: `main.ts <bare|express-fetch> <web|mobile>`,
 * `main.ts bare-html web`, or `main.ts proxy`. `bare` is the ruler of the benchmark: `node:http`,
 * `undici.request`, `JSON.parse` and `JSON.stringify`, nothing else; `bare-html` renders the web
 * BFF's views. `express-fetch` is what most people write. `proxy` passes requests on to a BFF, and
 * is the gateway's ruler.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Agent, request } from "undici";
import { announce, serviceOrigins } from "./begin.ts";
import type { Get } from "./begin.ts";
import { mobileHome, webHomePage } from "./pages.ts";

const [program, pageName] = process.argv.slice(2);
const page = pageName === "web" ? webHomePage : mobileHome;
const origins = serviceOrigins(process.env);
const dispatcher = new Agent({ pipelining: 1 });
// Node writes down what V8 compiled when a process ends of itself.
process.once("SIGTERM", () => process.exit());
if (program === "proxy") proxy();
else if (program === "bare") bare();
else await (program === "bare-html" ? bareHtml() : expressFetch());

/* oxlint-disable typescript/no-unsafe-type-assertion -- see Get: nothing is checked here */
function getter(req: IncomingMessage): Get {
  const headers = { accept: "application/json", "x-user-id": String(req.headers["x-user-id"]) };
  return async <Body>(service: keyof typeof origins, target: string) => {
    const { body } = await request(`${origins[service]}${target}`, { dispatcher, headers });
    return (await body.json()) as Body;
  };
}

function bare(): void {
  listen(async (req, res) => {
    const body = Buffer.from(JSON.stringify(await page.load(getter(req))));
    res.writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length }).end(body);
  });
}

/** Sends what is before the first section at once, and the rest as soon as the data are there. */
async function bareHtml(): Promise<void> {
  const { bff } = await import("@triptych/web-bff");
  const view = bff.answers.screens?.find(({ name }) => name === "home-page")?.page;
  if (view === undefined) throw new TypeError("expected a view of the home page, got none");
  const views = new Map(Object.entries(view.sections));
  const places = Object.fromEntries([...views.keys()].map((name) => [name, `\uE000${name}\uE000`]));
  const [head = "", ...rest] = view.layout(places, "n".repeat(24), "user").split("\uE000");
  listen(async (req, res) => {
    res.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).write(head);
    const get = getter(req);
    let locale = "";
    const loaded = await page.load(async <Body>(service: keyof typeof origins, target: string) => {
      const body = await get<Body>(service, target);
      if (service === "users") ({ locale } = body as { locale: string });
      return body;
    });
    const data = new Map(Object.entries(loaded as object));
    const context = { viewer: "user", locale, formToken: "", newIdempotencyKey: () => "" } as const;
    // Every second part is a section's name.
    const shown = rest.map((part, index) =>
      index % 2 === 0 ? (views.get(part)?.(data.get(part), undefined, context) ?? "") : part,
    );
    res.end(shown.join(""));
  });
}

function listen(answer: (req: IncomingMessage, res: ServerResponse) => Promise<void>): void {
  // As the BFFs: a load that pauses between two slices finds its connections again.
  const server = createServer({ keepAliveTimeout: 65_000 }, (req, res) => void answer(req, res));
  server.listen({ port: 0, host: "127.0.0.1", backlog: 8_192 }, () => announce(server.address()));
}

function proxy(): void {
  const origin = String(process.env["WEB_BFF_URL"]);
  listen(async ({ url, headers }, res) => {
    const { accept = "*/*" } = headers;
    const answer = await request(`${origin}${url}`, { dispatcher, headers: { accept } });
    const { "content-type": type = "", "content-length": length = "" } = answer.headers;
    res.writeHead(answer.statusCode, { "Content-Type": type, "Content-Length": length });
    answer.body.pipe(res);
  });
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
