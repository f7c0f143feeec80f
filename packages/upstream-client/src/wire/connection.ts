import { Socket } from "node:net";
import { Client } from "undici";
import type { Dispatcher, buildConnector } from "undici";

/**
 * One connection, for one exchange at a time: an undici client, and three things that it keeps to
 * itself: the socket, whether that has served before, and its age.
 */
export class Connection {
  readonly #client: Client;
  readonly #onClosed: (connection: Connection) => void;
  #socket: Socket | undefined;
  #hasServed = false;
  #isIdle = false;

  /**
   * When its name should be resolved again, on the clock, ms. Then it serves no more. A client
   * whose idle socket was closed opens a new one, which is never younger than this says.
   */
  readonly retiresAt: number;

  /** @param onClosed called when it can serve no more */
  constructor(
    client: { readonly origin: string; readonly options: Client.Options; readonly retiresAt: number },
    open: buildConnector.connector,
    onClosed: (connection: Connection) => void,
  ) {
    this.retiresAt = client.retiresAt;
    this.#onClosed = onClosed;
    const connect: buildConnector.connector = (target, callback) => {
      this.#hasServed = false;
      const opening: unknown = open(target, callback);
      // Its type says void, but buildConnector's connector returns the socket.
      if (opening instanceof Socket) this.#socket = opening;
      return opening;
    };
    this.#client = new Client(client.origin, { ...client.options, connect });
    this.#client.on("disconnect", () => {
      this.#socket = undefined;
      // While an exchange is under way, the client opens another socket for it, or fails it.
      if (this.#isIdle) this.giveUp();
    });
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#isIdle = false;
    this.#client.dispatch(options, handler);
  }

  /** The exchange is over, and the socket is still good as far as one can tell. */
  release(): void {
    this.#hasServed = true;
    this.#isIdle = true;
  }

  /** The exchange failed, and the connection with it. */
  giveUp(): void {
    this.#onClosed(this);
    void this.#client.destroy();
  }

  /**
   * Ends a connect. undici passes a handler its controller only when the socket is open. Until then
   * nothing else could stop a connect to a host that does not answer.
   */
  stopConnecting(reason: Error): void {
    this.#socket?.destroy(reason);
  }

  /** Whether the socket has served an exchange before the current one. */
  get hasServed(): boolean {
    return this.#hasServed;
  }

  /** Whether the upstream has ended its side of the connection. */
  get endedByPeer(): boolean {
    return this.#socket?.readableEnded === true;
  }

  /** Closes the socket, when the exchange under way is done. */
  async close(): Promise<void> {
    await this.#client.close();
  }
}
