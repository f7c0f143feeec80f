import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** A response's position in the list, as a property of it. */
const POSITION = Symbol("position among the open answers");

declare module "node:http" {
  interface ServerResponse {
    [POSITION]?: number | undefined;
  }
}

/**
 * The answers that are under way. A list and not a Set: V8 gives a Set that members come and go
 * from a new table every few members, and the old tables, grown old themselves, hold what was in
 * them until the next full collection: whole requests.
 */
export class OpenAnswers implements Iterable<ServerResponse> {
  readonly #open: ServerResponse[] = [];

  get size(): number {
    return this.#open.length;
  }

  add(res: ServerResponse): void {
    res[POSITION] = this.#open.length;
    this.#open.push(res);
  }

  /** Takes it out; the last one moves into its place. One that is not in it changes nothing. */
  delete(res: ServerResponse): void {
    const position = res[POSITION];
    if (position === undefined) return;
    res[POSITION] = undefined;
    const last = this.#open.pop();
    if (last === undefined || last === res) return;
    last[POSITION] = position;
    this.#open[position] = last;
  }

  [Symbol.iterator](): Iterator<ServerResponse> {
    return this.#open.values();
  }
}

/**
 * The connections of a TLS server whose handshake is not complete. Node's HTTP server does not
 * count them as its connections, yet its `close()` waits for them.
 */
export class Handshakes {
  /** By the client's address and port, since both sides of a handshake show them. */
  readonly #open = new Map<string, Socket>();

  constructor(server: Server) {
    server.on("connection", (socket: Socket) => {
      const client = clientOf(socket);
      this.#open.set(client, socket);
      socket.once("close", () => this.#open.delete(client));
    });
    server.on("secureConnection", (socket: Socket) => this.#open.delete(clientOf(socket)));
  }

  /** Closes them. No request can have been sent before the handshake. */
  end(): void {
    for (const socket of this.#open.values()) socket.destroy();
  }
}

function clientOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
