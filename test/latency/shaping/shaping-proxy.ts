import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { Link, machineClock } from "./link.ts";

export type Shape = {
  /** The way there and back, ms. */
  readonly roundTripMs: number;
  readonly downKbps: number;
  readonly upKbps: number;
};

/**
 * A TCP proxy that makes a network of the loopback: all connections share a line of a given rate and length in each direction.
 *
 * The kernel answers a handshake at once, so a connection's first bytes are held for the round trip that it takes on a network.
 * Slow start is not imitated: a home page's data fit into the ten segments with which a connection begins (RFC 6928). Nothing is lost.
 */
export class ShapingProxy implements AsyncDisposable {
  readonly port: number;
  readonly up: Link;
  readonly down: Link;
  /** Connections so far. */
  connections = 0;
  readonly #roundTripMs: number;
  readonly #target: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, port: number, target: number, shape: Shape) {
    const { roundTripMs, upKbps, downKbps } = shape;
    const line = { delayMs: roundTripMs / 2, clock: machineClock };
    this.port = port;
    this.up = new Link({ ...line, kbps: upKbps });
    this.down = new Link({ ...line, kbps: downKbps });
    this.#roundTripMs = roundTripMs;
    this.#target = target;
    this.#server = server;
    server.on("connection", (client: Socket) => this.#serve(client));
  }

  /** @param target the port on the loopback that it leads to */
  static async open(target: number, shape: Shape): Promise<ShapingProxy> {
    const server = createServer({ noDelay: true, allowHalfOpen: true });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("expected a TCP port, got none");
    return new ShapingProxy(server, address.port, target, shape);
  }

  /** Breaks all connections that there are. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.drop();
    this.#server.close();
    await once(this.#server, "close");
  }

  #serve(client: Socket): void {
    this.connections += 1;
    const open = performance.now() + this.#roundTripMs;
    const upstream = connect({ port: this.#target, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
    this.#carry(client, upstream, this.up, open);
    this.#carry(upstream, client, this.down, open);
  }

  #carry(from: Socket, to: Socket, link: Link, open: number): void {
    this.#sockets.add(from);
    from.on("data", (bytes: Buffer) => link.send(bytes, open, (segment) => void to.write(segment)));
    from.on("end", () => link.end(open, () => to.end()));
    from.on("error", () => to.destroy());
    from.on("close", () => {
      this.#sockets.delete(from);
      if (from.errored !== null) to.destroy();
    });
  }
}
