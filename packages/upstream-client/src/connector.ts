import { Socket } from "node:net";
import { buildConnector } from "undici";
import type { Deadline, EndListener } from "./deadline.ts";

/** Gives up a connect that no call's end gave up: undici's timer, coarse, and only there so that none is left for ever, ms. */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Opens sockets for a pool, and closes one that is still being opened when the call it is opened for ends.
 *
 * undici hands a handler its controller only once the socket is there, so until then nothing could stop a connect to a
 * host that answers nothing. It does start the connect inside `dispatch`, which is how a connect is matched with its call.
 */
export class Connector {
  #deadline: Deadline | undefined;
  readonly #open = buildConnector({ timeout: CONNECT_TIMEOUT_MS, allowH2: false });

  /** Runs `dispatch`; a connect that it starts ends with `deadline`. */
  whileDispatching(deadline: Deadline, dispatch: () => void): void {
    this.#deadline = deadline;
    try {
      dispatch();
    } finally {
      this.#deadline = undefined;
    }
  }

  /** The function that undici's `connect` option takes. */
  readonly connect: buildConnector.connector = (options, callback) => {
    const deadline = this.#deadline;
    if (deadline === undefined) {
      this.#open(options, callback);
      return;
    }
    let watch: ConnectWatch | undefined;
    const opening: unknown = this.#open(options, (...result) => {
      if (watch !== undefined) deadline.remove(watch);
      callback(...result);
    });
    // buildConnector's type says void; it returns the socket.
    if (!(opening instanceof Socket)) return;
    watch = new ConnectWatch(opening);
    deadline.add(watch);
  };
}

class ConnectWatch implements EndListener {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  onEnd(): void {
    this.#socket.destroy(new Error("the call that this connection was for has ended"));
  }
}
