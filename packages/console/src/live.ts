import type { ServerResponse } from "node:http";

/** How often changes are sent, ms: a trace comes in several parts. */
const PAUSE_MS = 250;
/** So that a proxy or a browser does not give up a quiet connection. */
const HEARTBEAT_MS = 15_000;
/** Each is a tab of a person's browser. */
const MAX_LISTENERS = 50;

/** Sends what changes to every open page, as server-sent events. */
export class Live {
  readonly #listeners = new Set<ServerResponse>();
  readonly #waiting = new Map<string, () => unknown>();
  readonly #kept = new Map<string, unknown>();
  #timer: NodeJS.Timeout | undefined;
  readonly #heartbeat = setInterval(() => this.#write(": still here\n\n"), HEARTBEAT_MS).unref();

  /** Keeps a response open for events. */
  listen(res: ServerResponse): void {
    if (this.#listeners.size >= MAX_LISTENERS) [...this.#listeners][0]?.end();
    res.writeHead(200, {
      "Content-Type": "text/event-stream",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    });
    res.write("retry: 1000\n\n");
    for (const [event, value] of this.#kept) res.write(textOf(event, value));
    this.#listeners.add(res);
    res.once("close", () => this.#listeners.delete(res));
  }

  /**
   * Sends an event soon.
   * @param key later values of the same key replace it until it is sent
   * @param data asked for when it is sent; undefined sends nothing
   */
  tell(event: string, key: string, data: () => unknown): void {
    if (this.#listeners.size === 0) return;
    this.#waiting.set(`${event} ${key}`, data);
    this.#timer ??= setTimeout(() => this.#flush(), PAUSE_MS).unref();
  }

  /** Sends an event now, and to each page that is opened later. */
  keep(event: string, value: unknown): void {
    this.#kept.set(event, value);
    this.#write(textOf(event, value));
  }

  close(): void {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#timer);
    for (const listener of this.#listeners) listener.end();
  }

  #flush(): void {
    this.#timer = undefined;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [key, data] of waiting) {
      const value = data();
      if (value !== undefined) this.#write(textOf(key.split(" ", 1)[0] ?? "", value));
    }
  }

  #write(text: string): void {
    for (const listener of this.#listeners) listener.write(text);
  }
}

function textOf(event: string, value: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(value)}\n\n`;
}
