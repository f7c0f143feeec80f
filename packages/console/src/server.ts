import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bodyOf, checkSender, jsonOf, mediaTypeOf, PROTOBUF_TYPE, Refused, send, sendJson } from "./http.ts";
import { barFor } from "./bar.ts";
import { curlOf } from "./curl.ts";
import { Development } from "./development.ts";
import { loggedError } from "./log-errors.ts";
import { Live } from "./live.ts";
import { MAX_REQUESTS, published, Store } from "./model/store.ts";
import type { KnownRequest } from "./model/store.ts";
import type { OwnerOf } from "./model/request.ts";
import type { CallView } from "./model/views.ts";
import { switchService } from "./services.ts";
import { saveRecording } from "./recording.ts";
import type { System } from "./system.ts";
import { screensOf } from "./model/screens.ts";
import { OtlpError, spansOfJson, spansOfProtobuf } from "./otlp/decode.ts";

/** What a console needs to know of the system that it shows. */
export interface ConsoleOptions {
  readonly port: number;
  readonly host: string;
  readonly ownerOf: OwnerOf;
  /** Where "Save as recording" writes. */
  readonly recordings: string;
}

/** A running console. */
export interface Console {
  /** `http://127.0.0.1:8100` */
  readonly origin: string;
  /** Finds errors of an app's code in a line of its log. */
  readLogLine(app: string, line: string): void;
  /** Shows what is wrong with the types of what was changed last; nothing where it is right. */
  showTypeErrors(lines: readonly string[]): void;
  /** Says what runs, once it does. */
  show(system: System): void;
  close(): Promise<void>;
}

/** Gives what is sent as JSON; undefined where it answered itself. */
type Handler = (url: URL, req: IncomingMessage, res: ServerResponse) => unknown;

/**
 * Starts the console. It takes OTLP at `/v1/traces` and keeps what it needs in memory, for the last
 * 1,000 requests.
 * @throws Error with the code `EADDRINUSE` if the port is taken
 */
export async function openConsole(options: ConsoleOptions): Promise<Console> {
  const live = new Live();
  const store = new Store(options.ownerOf, (id) =>
    live.tell("requests", id, () => store.ofTrace(id).map(summaryOf)),
  );
  const seen = new Development(store);
  let system: System = { programs: [], pages: [], users: [] };
  const routes = new Map<string, Handler>([
    ["POST /v1/traces", (_url, req, res) => takeSpans(req, res, store)],
    ["POST /development", async (_url, req) => seen.take(await jsonOf(req))],
    ["GET /requests.json", (url) => store.requests(limitOf(url)).map(published)],
    ["GET /recent.json", (url) => store.requests(limitOf(url)).map(summaryOf)],
    ["GET /request.json", (url) => found(store, url)],
    ["GET /fields.json", () => seen.fields.list()],
    ["GET /screens.json", () => screensOf(store.requests(), seen.definitions)],
    ["GET /services.json", () => seen.services.states(system, options.ownerOf)],
    ["GET /system.json", () => ({ pages: system.pages, users: system.users })],
    [
      "POST /switches",
      async (_url, req) => {
        const { service, preset } = Object(await jsonOf(req));
        return switchService(system, String(service), String(preset));
      },
    ],
    [
      "POST /recordings",
      async (_url, req) => {
        const { id } = Object(await jsonOf(req));
        return { file: await saveRecording(requestOf(store, String(id)), options.recordings) };
      },
    ],
    ["GET /curl.txt", (url, _req, res) => send(res, 200, "text/plain", curlFor(found(store, url), system))],
    [
      "GET /bar.js",
      async (url, _req, res) => {
        // The store's pages are another origin.
        res.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
        const id = url.searchParams.get("request") ?? "";
        send(res, 200, TYPES[".js"] ?? "", await barFor(store, id, originOf(server, options)));
      },
    ],
    ["GET /events", (_url, _req, res) => live.listen(res)],
    ["GET /healthz", () => ({ status: "ok" })],
  ]);
  const server = createServer((req, res) => void answer(req, res, routes));
  server.listen(options.port, options.host);
  await once(server, "listening");
  return {
    origin: originOf(server, options),
    showTypeErrors: (lines) => live.keep("types", lines),
    show: (running) => void (system = running),
    readLogLine(app, line) {
      const error = loggedError(app, line);
      if (error?.requestId !== undefined) store.addError(error.requestId, error);
      else if (error !== undefined) live.tell("stray", error.at, () => error);
    },
    async close() {
      live.close();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function originOf(server: Server, { host, port }: ConsoleOptions): string {
  const address = server.address();
  return `http://${host}:${typeof address === "object" && address !== null ? address.port : port}`;
}

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  routes: ReadonlyMap<string, Handler>,
): Promise<void> {
  try {
    checkSender(req);
    const url = new URL(req.url ?? "/", "http://console");
    const method = req.method === "HEAD" ? "GET" : req.method;
    const handler = routes.get(`${method} ${url.pathname}`);
    if (handler === undefined) return await sendFile(res, method, url.pathname);
    const told = await handler(url, req, res);
    if (told !== undefined) sendJson(res, told);
  } catch (error) {
    const status = error instanceof Refused ? error.status : error instanceof OtlpError ? 400 : 500;
    const detail = error instanceof Error ? error.message : String(error);
    if (res.headersSent) res.destroy();
    else sendJson(res, { status, detail }, status);
  }
}

/** OTLP over HTTP: the answer has the encoding of the request, and says that all was taken. */
async function takeSpans(req: IncomingMessage, res: ServerResponse, store: Store): Promise<void> {
  const body = await bodyOf(req);
  if (mediaTypeOf(req.headers["content-type"]) === PROTOBUF_TYPE) {
    store.add(spansOfProtobuf(body));
    send(res, 200, PROTOBUF_TYPE, "");
  } else {
    store.add(spansOfJson(body.toString()));
    sendJson(res, {});
  }
}

function limitOf(url: URL): number {
  const text = url.searchParams.get("limit");
  if (text === null) return MAX_REQUESTS;
  if (!/^\d{1,6}$/.test(text)) throw new Refused(400, `limit must be a number, such as ${MAX_REQUESTS}.`);
  return Number(text);
}

const found = (store: Store, url: URL): KnownRequest => requestOf(store, url.searchParams.get("id") ?? "");

function requestOf(store: Store, id: string): KnownRequest {
  const request = store.find(id);
  if (request !== undefined) return request;
  throw new Refused(404, "No such request is kept: only the last ones are.");
}

function curlFor({ exchange }: KnownRequest, { programs }: System): string {
  const program = programs.find(({ name }) => name === exchange?.app);
  if (exchange !== undefined && program !== undefined) return `${curlOf(exchange, program.url)}\n`;
  throw new Refused(404, "Nothing is known of what was asked.");
}

/** A request as the list shows it. */
function summaryOf(request: KnownRequest): object {
  const { layers: _, exchange: __, calls, errors, ...rest } = request;
  // What a complete one may have had, too.
  const trouble = [
    ...(calls.some(({ kind }) => kind === "retry") ? ["retried"] : []),
    ...(calls.some(({ notKept }) => notKept !== null) ? ["not cacheable"] : []),
    ...(calls.some(isRefused) ? ["breaker open"] : []),
  ];
  return { ...rest, calls: calls.length, trouble, errors: errors.length };
}

/** Whether an open breaker refused a call, or its next attempt. */
const isRefused = ({ note }: CallView): boolean => note?.includes("its circuit breaker is open") === true;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

const PAGE = fileURLToPath(new URL("page", import.meta.url));
const FILE = /^\/(?:console\.html|[a-z][a-z-]*\.(?:js|css|svg))$/;

/** Preact, its hooks and htm in one file. */
const PREACT = fileURLToPath(import.meta.resolve("htm/preact/standalone"));

async function sendFile(res: ServerResponse, method: string | undefined, path: string): Promise<void> {
  const name = path === "/" ? "/console.html" : path;
  const file = name === "/preact.js" ? PREACT : join(PAGE, name);
  const isKnown = method === "GET" && FILE.test(name);
  const content = isKnown ? await readFile(file).catch(() => undefined) : undefined;
  if (content === undefined) throw new Refused(404, "There is nothing of this name here.");
  send(res, 200, TYPES[extname(file)] ?? "text/plain", content);
}
