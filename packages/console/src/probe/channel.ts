import { request } from "node:http";

/** How long messages are gathered, ms. */
const PAUSE_MS = 100;
/** More that wait are dropped: a console that does not answer costs an app nothing. */
const MAX_WAITING = 200;

/** Sends what was seen in this process to the console. Whatever becomes of it, the app goes on. */
export class Channel {
  readonly #url: URL;
  readonly #app: string;
  #waiting: object[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** @param app this process's name */
  constructor(console: string, app: string) {
    this.#url = new URL("/development", console);
    this.#app = app;
  }

  send(message: object): void {
    if (this.#waiting.length >= MAX_WAITING) return;
    this.#waiting.push(message);
    if (this.#timer === undefined) this.#timer = setTimeout(() => this.#flush(), PAUSE_MS).unref();
  }

  #flush(): void {
    this.#timer = undefined;
    const body = JSON.stringify({ app: this.#app, messages: this.#waiting });
    this.#waiting = [];
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    // A connection of its own: one that was kept may be gone, and what was sent on it with it.
    const options = { method: "POST", headers, agent: false };
    const sent = request(this.#url, options, (answer) => void answer.resume());
    sent.on("error", () => undefined);
    sent.on("socket", (socket) => socket.unref());
    sent.end(body);
  }
}

/**
 * Lets a few through, and then as many a second: under load, looking on must cost next to nothing.
 */
export class Ration {
  readonly #most: number;
  readonly #perSecond: number;
  #left: number;
  #since = performance.now();

  constructor(most: number, perSecond: number) {
    this.#most = most;
    this.#perSecond = perSecond;
    this.#left = most;
  }

  take(): boolean {
    if (this.#left < 1) {
      const now = performance.now();
      this.#left = Math.min(this.#most, this.#left + ((now - this.#since) / 1_000) * this.#perSecond);
      this.#since = now;
      if (this.#left < 1) return false;
    }
    this.#left -= 1;
    return true;
  }
}
