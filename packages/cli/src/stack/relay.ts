import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { portOf } from "./ports.ts";

/** Passes connections on from one port to another, which can change for new ones. */
export class Relay {
  #target: number | undefined;
  readonly #host: string;
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((socket) => this.#pass(socket));

  constructor(host: string) {
    this.#host = host;
  }

  /** @returns the port; 0 takes a free one */
  async listen(port: number): Promise<number> {
    await once(this.#server.listen(port, this.#host), "listening");
    return portOf(this.#server);
  }

  /** New connections go to this port from now on. */
  passTo(port: number): void {
    this.#target = port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await this.#server[Symbol.asyncDispose]();
  }

  #pass(socket: Socket): void {
    if (this.#target === undefined) return void socket.destroy();
    const onward = connect({ port: this.#target, host: this.#host, noDelay: true });
    socket.setNoDelay(true);
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      this.#sockets.add(one);
      one.on("error", () => other.destroy());
      one.once("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }
}
