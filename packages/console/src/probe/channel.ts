import { request } from "node:http";

/** How long messages are gathered, ms. */
const PAUSE_MS = 100;
/** More that wait are dropped: a console that does not answer costs an app nothing. */
const MAX_WAITING = 200;

/** Sends what was seen in this process to the console. Whatever becomes of it, the app goes on. */
export type Tell = (message: object) => void;

/** @param app this process's name */
export function tellConsole(console: string, app: string): Tell {
  const url = new URL("/development", console);
  let waiting: object[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    timer = undefined;
    const body = JSON.stringify({ app, messages: waiting });
    waiting = [];
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    // A connection of its own: one that was kept may be gone, and what was sent on it with it.
    const options = { method: "POST", headers, agent: false };
    const sent = request(url, options, (answer) => void answer.resume());
    sent.on("error", () => undefined);
    sent.on("socket", (socket) => socket.unref());
    sent.end(body);
  };
  return (message) => {
    if (waiting.length >= MAX_WAITING) return;
    waiting.push(message);
    timer ??= setTimeout(flush, PAUSE_MS).unref();
  };
}

/**
 * Lets a few through, and then as many a second: under load, looking on must cost next to nothing.
 */
export function ration(most: number, perSecond: number): () => boolean {
  let left = most;
  let since = performance.now();
  return () => {
    if (left < 1) {
      const now = performance.now();
      left = Math.min(most, left + ((now - since) / 1_000) * perSecond);
      since = now;
    }
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
