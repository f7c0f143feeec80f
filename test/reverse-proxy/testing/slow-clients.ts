/**
 * Two workers for the test of slow clients. With `workerData` it opens clients that send a byte of
 * their headers every two seconds and never finish. Without, it measures how late an idle thread
 * runs.
 */
import { connect as connectTcp } from "node:net";
import { setTimeout } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parentPort, workerData } from "node:worker_threads";

/** How many clients there are, and what they connect to. */
export interface SlowClients {
  readonly port: number;
  /** The certificate to trust. Undefined: plain HTTP. */
  readonly ca: string | undefined;
  readonly count: number;
}

const HOST = "127.0.0.1";
/** Handshakes at once. With more, the test would measure handshakes. */
const BATCH = 50;
/** Sooner than any time limit for a pause, so that only a limit for all headers ends a client. */
const DRIP_MS = 2_000;

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
  }, DRIP_MS);
  await Promise.all(closed);
  clearInterval(drip);
  say("closed");
}

/** How often the event loop is looked at, ms. It is always late by up to as much. */
const RESOLUTION_MS = 5;

/** Answers each message with how late this thread ran since the last one, ms. */
function measureNoise(): void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  parentPort?.on("message", () => {
    say(Math.max(0, delay.percentile(99) / 1e6 - 2 * RESOLUTION_MS));
    delay.reset();
  });
}

function say(message: "open" | "closed" | number): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has one other end and no origin
  parentPort?.postMessage(message);
}

function isSlowClients(value: unknown): value is SlowClients {
  return typeof value === "object" && value !== null && "port" in value && "count" in value;
}

const task: unknown = workerData;
if (isSlowClients(task)) await hold(task);
else measureNoise();
