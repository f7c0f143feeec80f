/** The domain services and the identity provider, on a host that no test kills. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { startStubServices } from "@triptych/domain-clients/testing";
import { request } from "undici";
import { startProvider } from "@triptych/testing/identity-provider";

/** A user whom the stub services know. Every request is answered as this user's. */
const KNOWN_USER = "ada";
/** How long a service takes, ms: at any time, most requests are under way on every host. */
const WORK_MS = 60;

const { HOST = "", CLIENT_ID = "", AUDIENCE = "", REDIRECT_URIS = "" } = process.env;

/** How often each command was executed, by its key. */
const executions: Record<string, number> = {};
const known = new Map<string, Promise<{ status: number; text: string }>>();

async function ordinary(origin: string, { method = "GET", url = "/" }: IncomingMessage) {
  const answer = await request(`${origin}${url}`, {
    method: method === "POST" ? "POST" : "GET",
    headers: { "x-user-id": KNOWN_USER },
  });
  return { status: answer.statusCode, text: await answer.body.text() };
}

async function serve(origin: string, req: IncomingMessage, res: ServerResponse): Promise<void> {
  req.resume();
  const key = req.headers["idempotency-key"];
  if (typeof key === "string") executions[key] = (executions[key] ?? 0) + 1;
  const name = `${req.method} ${req.url}`;
  const answer = known.get(name) ?? ordinary(origin, req);
  known.set(name, answer);
  const [{ status, text }] = await Promise.all([answer, pause(WORK_MS)]);
  res.writeHead(status, { "Content-Type": "application/json" }).end(text);
}

const stubs = await startStubServices();
const services = [stubs.users, stubs.orders, stubs.recommendations, stubs.catalog];
for (const [index, { origin: url }] of services.entries()) {
  const server = createServer((req, res) => void serve(url, req, res));
  server.keepAliveTimeout = 65_000;
  await once(server.listen(9_001 + index, HOST), "listening");
}
await once(
  createServer((_req, res) => void res.end(JSON.stringify(executions))).listen(10_000, HOST),
  "listening",
);
await startProvider({
  port: 9_100,
  host: HOST,
  clientId: CLIENT_ID,
  audience: AUDIENCE,
  redirectUris: [REDIRECT_URIS],
  now: Date.now,
  logError: (error) => void process.stderr.write(`${String(error)}\n`),
});
process.stdout.write("ready\n");
