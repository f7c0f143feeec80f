import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { freePorts, listen } from "@triptych/testing";

/**
 * What the network between a client and an upstream does to each connection. Bytes are counted on
 * their way from the upstream to the client.
 */
export type Fault =
  | { readonly kind: "none" }
  /** No connection is accepted. */
  | { readonly kind: "refuse" }
  /** Connections are accepted, and nothing is ever sent. */
  | { readonly kind: "hang" }
  /** A reset after this many bytes; 0 is before the first. */
  | { readonly kind: "reset"; readonly afterBytes: number }
  /** One byte at a time. */
  | { readonly kind: "drip"; readonly everyMs: number }
  /** A normal end after this many bytes, in the middle of the headers or of the body. */
  | { readonly kind: "cut"; readonly afterBytes: number }
  /** The upstream's side ends at once, but what the client sends is still read. */
  | { readonly kind: "half-close" };

/** A TCP proxy that breaks connections on command, and counts them. */
export class FaultProxy implements AsyncDisposable {
  connections = 0;
  readonly sockets = new Set<Socket>();
  #fault: Fault = { kind: "none" };
  #server: Server | undefined;
  readonly #target: number;
  readonly port: number;

  private constructor(port: number, target: number, server: Server) {
    this.port = port;
    this.#target = target;
    this.#attach(server);
  }

  /** @param target the port of the upstream on the loopback */
  static async open(target: number): Promise<FaultProxy> {
    const server = createServer({ noDelay: true, allowHalfOpen: true });
    // Nothing else gets this port while `refuse` leaves it, neither a listener nor an outgoing
    // connection.
    const [free = 0] = await freePorts(1);
    const port = await listen(server, { port: free });
    return new FaultProxy(port, target, server);
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Changes what happens to connections. Those that are open now are cut. */
  async become(fault: Fault): Promise<void> {
    this.#fault = fault;
    for (const socket of this.sockets) socket.destroy();
    if (fault.kind === "refuse") {
      await this.#close();
    } else if (this.#server === undefined) {
      const server = createServer({ noDelay: true, allowHalfOpen: true });
      await listen(server, { port: this.port });
      this.#attach(server);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await this.#close();
  }

  #attach(server: Server): void {
    this.#server = server;
    server.on("connection", (client: Socket) => this.#serve(client));
  }

  async #close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    server.close();
    await once(server, "close");
  }

  #serve(client: Socket): void {
    this.connections += 1;
    this.#track(client);
    if (this.#fault.kind === "hang") {
      client.resume().on("end", () => client.destroy());
      return;
    }
    const upstream = connect({ port: this.#target, host: "127.0.0.1", noDelay: true });
    this.#track(upstream);
    upstream.on("close", () => client.destroy());
    client.on("close", () => upstream.destroy());
    client.pipe(upstream);
    transfer(this.#fault, upstream, client);
  }

  #track(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.sockets.delete(socket));
  }
}

/** Moves bytes from the upstream to the client, and does to them what the fault says. */
function transfer(fault: Fault, upstream: Socket, client: Socket): void {
  switch (fault.kind) {
    case "none":
    case "refuse":
    case "hang":
      upstream.pipe(client);
      return;
    case "half-close":
      client.end();
      upstream.resume();
      return;
    case "drip":
      drip(upstream, client, fault.everyMs);
      return;
    case "reset":
      passFirst(fault.afterBytes, upstream, client, () => client.resetAndDestroy());
      return;
    case "cut":
      passFirst(fault.afterBytes, upstream, client, () => client.end());
  }
}

function passFirst(limit: number, upstream: Socket, client: Socket, finish: () => void): void {
  let left = limit;
  upstream.on("data", (bytes: Buffer) => {
    const passed = bytes.subarray(0, left);
    const isLast = bytes.length > left;
    left -= passed.length;
    // The last bytes must leave before the reset does.
    if (isLast) client.write(passed, () => setImmediate(finish));
    else client.write(passed);
  });
}

function drip(upstream: Socket, client: Socket, everyMs: number): void {
  const queue: number[] = [];
  upstream.on("data", (bytes: Buffer) => queue.push(...bytes));
  const timer = setInterval(() => {
    const next = queue.shift();
    if (next !== undefined && !client.destroyed) client.write(Buffer.of(next));
  }, everyMs);
  client.on("close", () => clearInterval(timer));
}
