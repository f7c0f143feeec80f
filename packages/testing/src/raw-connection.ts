import { connect, type Socket } from "node:net";

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A connection on which a test sends exactly the bytes that it wants, as no HTTP client would. */
export class RawConnection {
  readonly socket: Socket;
  /** What the server said, without the answers that were taken off. */
  received = "";
  readonly #ended: Promise<void>;
  #waiting: (() => void)[] = [];

  /** @param to a port of the loopback interface, or a socket of another kind */
  constructor(to: number | Socket) {
    this.socket = typeof to === "number" ? connect(to, "127.0.0.1") : to;
    // One character for each byte, so that a Content-Length counts characters.
    this.socket.setEncoding("latin1");
    this.socket.on("data", (text: string) => {
      this.received += text;
      for (const wake of this.#waiting.splice(0)) wake();
    });
    // A reset is one of the ends that a test may look for.
    this.socket.on("error", () => {});
    this.#ended = new Promise((resolve) => {
      this.socket.once("close", () => {
        resolve();
        for (const wake of this.#waiting.splice(0)) wake();
      });
    });
  }

  send(text: string): this {
    this.socket.write(text);
    return this;
  }

  /** Waits until the server has closed the connection; returns all it said. */
  async closed(): Promise<string> {
    await this.#ended;
    return this.received;
  }

  /** Waits for one whole answer (Content-Length or chunked) and takes it off what was received. */
  async answer(): Promise<RawAnswer> {
    for (;;) {
      const parsed = parseAnswer(this.received);
      if (parsed !== undefined) {
        this.received = parsed.rest;
        return parsed.answer;
      }
      if (this.socket.closed) throw new Error(`closed before a whole answer: ${this.received}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Waits until the text has been received. */
  async seen(text: string): Promise<void> {
    while (!this.received.includes(text)) {
      if (this.socket.closed) throw new Error(`closed before ${text}: ${this.received}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  destroy(): void {
    this.socket.destroy();
  }
}

function parseAnswer(text: string): { answer: RawAnswer; rest: string } | undefined {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd === -1) return undefined;
  const [statusLine = "", ...headerLines] = text.slice(0, headEnd).split("\r\n");
  const headers = Object.fromEntries(
    headerLines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const after = text.slice(headEnd + 4);
  const status = Number(statusLine.split(" ")[1]);
  if (headers["transfer-encoding"] === "chunked") {
    const end = after.indexOf("0\r\n\r\n");
    if (end === -1) return undefined;
    return { answer: { status, headers, body: after.slice(0, end) }, rest: after.slice(end + 5) };
  }
  const length = Number(headers["content-length"] ?? 0);
  if (after.length < length) return undefined;
  return { answer: { status, headers, body: after.slice(0, length) }, rest: after.slice(length) };
}
