import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { systemClock } from "@triptych/service-kit";
import { listen } from "@triptych/testing/program";
import { Link } from "./link.ts";

/** What a network is like. */
export type Shape = {
  /** The way there and back, in ms. */
  readonly roundTripMs: number;
  readonly downKbps: number;
  readonly upKbps: number;
};

/**
 * A TCP proxy that imitates a network on the loopback: all connections share a line with a rate and
 * a delay in each direction.
 *
 * The kernel answers a handshake at once, so a connection's first bytes are held for the round trip
 * that it takes on a network. It has no slow start, since a home page's data fits into the ten
 * segments with which a connection begins (RFC 6928), and it loses nothing.
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
    const line = { delayMs: roundTripMs / 2, clock: systemClock };
    this.port = port;
    this.up = new Link({ ...line, kbps: upKbps });
    this.down = new Link({ ...line, kbps: downKbps });
    this.#roundTripMs = roundTripMs;
    this.#target = target;
    this.#server = server;
    server.on("connection", (client: Socket) => this.#serve(client));
  }

  /** @param target the port on the loopback behind the proxy */
  static async open(target: number, shape: Shape): Promise<ShapingProxy> {
    const server = createServer({ noDelay: true, allowHalfOpen: true });
    return new ShapingProxy(server, await listen(server), target, shape);
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
