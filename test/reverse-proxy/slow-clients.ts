/** A worker: clients that send one byte of their headers every half second and never finish. */
import { connect as connectTcp } from "node:net";
import { setTimeout } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { parentPort, workerData } from "node:worker_threads";

export interface SlowClients {
  readonly port: number;
  /** The certificate to trust; undefined for plain HTTP. */
  readonly ca: string | undefined;
  readonly count: number;
}

const HOST = "127.0.0.1";
/** Handshakes at once: more would measure the handshakes. */
const BATCH = 50;

async function hold({ port, ca, count }: SlowClients): Promise<void> {
  const closed: Promise<void>[] = [];
  const sockets: ReturnType<typeof connectTcp>[] = [];
  while (sockets.length < count) {
    const batch = Array.from({ length: BATCH }, () =>
      ca === undefined
        ? connectTcp(port, HOST)
        : connectTls({ port, host: HOST, ca, ALPNProtocols: ["http/1.1"] }),
    );
    for (const socket of batch) {
      socket.on("error", () => undefined).resume();
      closed.push(new Promise((resolve) => void socket.once("close", () => resolve())));
      socket.write("GET /web/home-page HTTP/1.1\r\nHost: a\r\nX-Slow: ");
    }
    sockets.push(...batch);
    await setTimeout(20);
  }
  say("open");
  const drip = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write("a");
  }, 500);
  await Promise.all(closed);
  clearInterval(drip);
  say("closed");
}

function say(word: "open" | "closed"): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has one other end and no origin
  parentPort?.postMessage(word);
}

function isSlowClients(value: unknown): value is SlowClients {
  return typeof value === "object" && value !== null && "port" in value && "count" in value;
}

const task: unknown = workerData;
if (isSlowClients(task)) await hold(task);
