/**
 * `node test/bench/recordings/main.ts`: records what the sample services answer to the three BFFs' home pages of one user. The recordings are checked
 * in, so that numbers of different days are about the same bytes.
 */
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startStack } from "@triptych/cli/stack";
import { request } from "undici";
import { APPS, appProgram } from "../processes/apps.ts";
import { Gateway, RECORDED_USER } from "../load/gateway.ts";
import { SERVICES, originsOn } from "../processes/services.ts";
import type { ServiceName } from "../processes/services.ts";
import { Program } from "../processes/program.ts";
import { RECORDINGS_FOLDER } from "./recordings.ts";
import type { Recording } from "./recordings.ts";

const found = new Map<string, Recording>();
const folder = await mkdtemp(join(tmpdir(), "recordings-"));
await using cleanup = new AsyncDisposableStack();
cleanup.defer(() => rm(folder, { recursive: true }));
const stack = await startStack({ ports: "free", roles: [...SERVICES] });
cleanup.defer(() => stack.stop());

const services = originsOn(await Promise.all(SERVICES.map(recorderOf)));
for (const file of await readdir(RECORDINGS_FOLDER)) {
  if (file.endsWith(".body")) await rm(join(RECORDINGS_FOLDER, file));
}
const gateway = new Gateway();
for (const app of APPS) {
  const program = await Program.start({
    ...appProgram(app, services, gateway),
    logFile: join(folder, `${app.name}.log`),
    core: undefined,
  });
  cleanup.defer(() => program.stop());
  const { method, path, headers, body } = gateway.request(app, { user: RECORDED_USER });
  const answer = await request(`${program.origin}${path}`, { method, headers, body });
  const text = await answer.body.text();
  if (answer.statusCode !== 200 || !/"degraded":\[\]|"data":/.test(text)) {
    throw new Error(`${app.name} should answer a whole page, got ${answer.statusCode}: ${text}`);
  }
  process.stdout.write(`${app.name}: ${text.length} characters\n`);
}
const index = [...found.values()].toSorted((a, b) => a.file.localeCompare(b.file));
await writeFile(join(RECORDINGS_FOLDER, "index.json"), `${JSON.stringify(index, undefined, 2)}\n`);

/** Stands in front of a service and keeps what it answers. @returns its port */
async function recorderOf(service: ServiceName): Promise<number> {
  let count = 0;
  const relay = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const target = req.url ?? "";
    const { "x-user-id": userId = "", "txn-token": txnToken = "" } = req.headers;
    const headers = { accept: "application/json", "x-user-id": userId, "txn-token": txnToken };
    const answer = await request(`${stack.url(service)}${target}`, { headers });
    const text = await answer.body.text();
    if (!found.has(target)) {
      const file = `${service}-${(count += 1)}.body`;
      const cacheControl = String(answer.headers["cache-control"] ?? "private, no-store");
      found.set(target, { target, file, cacheControl });
      await writeFile(join(RECORDINGS_FOLDER, file), text);
    }
    res.writeHead(answer.statusCode, { "Content-Type": String(answer.headers["content-type"]) }).end(text);
  };
  const server = createServer((req, res) => void relay(req, res));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanup.defer(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("expected a TCP port, got none");
  return address.port;
}
