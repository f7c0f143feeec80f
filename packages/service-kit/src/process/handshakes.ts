import type { Server } from "node:http";
import type { Socket } from "node:net";

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
