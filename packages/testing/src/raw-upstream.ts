import { createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { listen } from "./program.ts";

/** What an upstream does with one request. `request` is its bytes, `socket` is where to answer. */
export type RawHandler = (socket: Socket, request: string, index: number) => void;

/**
 * An upstream on bare sockets, for tests of the bytes of requests. It hands each packet to `handle`
 * as one request, which ours are small enough for. The test that opens it closes it.
 */
export class RawUpstream implements AsyncDisposable {
  readonly requests: string[] = [];
  readonly sockets = new Set<Socket>();
  connections = 0;
  port = 0;
  readonly #server: Server;

  constructor(handle: RawHandler) {
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
      socket.on("error", () => socket.destroy());
      socket.on("data", (bytes) => {
        const request = bytes.toString("latin1");
        this.requests.push(request);
        handle(socket, request, this.requests.length - 1);
      });
    });
  }

  static async open(handle: RawHandler): Promise<RawUpstream> {
    const upstream = new RawUpstream(handle);
    upstream.port = await listen(upstream.#server);
    return upstream;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }
}

/** A whole response. */
export function response(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): string {
  const all = { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Status\r\n${lines.join("")}\r\n${body}`;
}
