/** Sends requests from the host that it runs on, as the process that started it asks. */
import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { Client } from "undici";
import { isMessage } from "./client.ts";
import type { Asking, Message, Outcome } from "./client.ts";

/** The kernel of a host that is up answers at once; a dead host never does. */
const CONNECT_TIMEOUT_MS = 1_000;

async function open(origin: string, from: string): Promise<Socket> {
  const { hostname, port, protocol } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port), localAddress: from });
  // After a pause, Node runs due timers before it reads what arrived from the network meanwhile.
  const late = setTimeout(() => setImmediate(() => giveUp(socket)), CONNECT_TIMEOUT_MS);
  try {
    await once(socket, "connect");
  } finally {
    clearTimeout(late);
  }
  if (protocol === "http:") return socket;
  const secure = connectTls({ socket, rejectUnauthorized: false, ALPNProtocols: ["http/1.1"] });
  await once(secure, "secureConnect");
  return secure;
}

function giveUp(socket: Socket): void {
  if (socket.connecting) socket.destroy(new Error("no connection in time"));
}

async function ask({ origins, from, method, path, headers, body }: Asking): Promise<Outcome> {
  const errors: string[] = [];
  for (const origin of origins) {
    const socket = await open(origin, from).catch((error: unknown) => void errors.push(String(error)));
    if (socket === undefined) continue;
    const client = new Client(origin, {
      // undici waits forever if this calls back synchronously.
      connect: (_options, callback) => void setImmediate(() => callback(null, socket)),
      pipelining: 0,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    try {
      const answer = await client.request({ method, path, headers: { ...headers }, body: body ?? null });
      const text = await answer.body.text();
      return { origin, answer: { status: answer.statusCode, headers: answer.headers, text } };
    } catch (error) {
      return { origin, error: String(error) };
    } finally {
      await client.destroy();
    }
  }
  return { error: `no address accepts a connection: ${errors.join("; ")}` };
}

process.on("message", (message) => {
  if (!isMessage(message)) return;
  const { id, content }: Message<Asking> = message;
  void ask(content).then((outcome) => process.send?.({ id, content: outcome } satisfies Message<Outcome>));
});
process.stdout.write("ready\n");
