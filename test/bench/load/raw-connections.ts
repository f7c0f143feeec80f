import { connect } from "node:net";
import type { Socket } from "node:net";
import { AnswerReader } from "./answer-reader.ts";
import type { ReadAnswer } from "./answer-reader.ts";

/** `refused`: no connection came about; `reset`: it broke with a request on it. */
export type Ended = ReadAnswer | "refused" | "reset";

type Done = (ended: Ended) => void;

/** Connections to one port, each with one request at a time, opened when they are needed, or all at once, and kept. Which one is free costs nothing to know. */
export class RawConnections implements Disposable {
  readonly #port: number;
  readonly #most: number;
  readonly #free: Connection[] = [];
  readonly #all = new Set<Connection>();

  /** @param most connections at once */
  constructor(port: number, most: number) {
    this.#port = port;
    this.#most = most;
  }

  /** Sends a request if there is a connection for it. @returns false if all are taken */
  trySend(request: string, done: Done): boolean {
    const connection = this.#free.pop() ?? this.#open();
    if (connection === undefined) return false;
    connection.send(request, (ended) => {
      if (typeof ended === "object" && ended.keeps) this.#free.push(connection);
      else this.#drop(connection);
      done(ended);
    });
    return true;
  }

  /**
   * Opens all of them.
   * @returns once each is connected
   */
  async open(): Promise<void> {
    const opened: Promise<void>[] = [];
    for (let connection = this.#open(); connection !== undefined; connection = this.#open()) {
      this.#free.push(connection);
      opened.push(connection.connected);
    }
    await Promise.all(opened);
  }

  [Symbol.dispose](): void {
    for (const connection of this.#all) this.#drop(connection);
  }

  #open(): Connection | undefined {
    if (this.#all.size >= this.#most) return undefined;
    const connection = new Connection(this.#port, () => {
      this.#all.delete(connection);
      const index = this.#free.indexOf(connection);
      if (index >= 0) this.#free.splice(index, 1);
    });
    this.#all.add(connection);
    return connection;
  }

  #drop(connection: Connection): void {
    this.#all.delete(connection);
    connection.close();
  }
}

class Connection {
  /** Settled when it is connected, or will never be. */
  readonly connected: Promise<void>;
  readonly #socket: Socket;
  readonly #reader = new AnswerReader();
  #done: Done | undefined;

  /** @param gone told when the connection has ended */
  constructor(port: number, gone: () => void) {
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.#socket.on("data", (chunk: Buffer) => this.#take(chunk));
    // What happened is told by `close`.
    this.#socket.on("error", () => undefined);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.connected = promise;
    let connected = false;
    this.#socket.once("connect", () => {
      connected = true;
      resolve();
    });
    this.#socket.once("close", () => {
      resolve();
      gone();
      this.#end(connected ? "reset" : "refused");
    });
  }

  send(request: string, done: Done): void {
    this.#done = done;
    this.#socket.write(request, "latin1");
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    const answer = this.#reader.take(chunk);
    if (answer !== undefined) this.#end(answer);
  }

  #end(ended: Ended): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(ended);
  }
}
