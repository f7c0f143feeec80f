import { Socket } from "node:net";
import { Client } from "undici";
import type { Dispatcher, buildConnector } from "undici";
import type { Deadline, EndListener } from "../deadline.ts";

/** Told which connection carries an exchange, before anything is sent. */
export interface ConnectionUser {
  readonly deadline: Deadline;
  onConnection(connection: Connection): void;
}

/**
 * One connection of a pool, which knows two things that undici keeps to itself: which exchange a connect is for, and whether
 * the socket had served before.
 *
 * undici hands a handler its controller only once the socket is there, so until then nothing could stop a connect to a host
 * that answers nothing. Here the socket that is still being opened is destroyed when the exchange's deadline ends.
 */
export class Connection extends Client {
  readonly #place: Place;

  constructor(origin: URL, options: Client.Options, open: buildConnector.connector) {
    const place: Place = { user: undefined, socket: undefined, reused: false, bytesBefore: 0 };
    super(origin, { ...options, connect: (target, callback) => openFor(place, open, target, callback) });
    this.#place = place;
    // Told after the exchange, if there was one. A pool keeps the places of closed connections, and their sockets would stay with them.
    this.on("disconnect", () => {
      place.socket = undefined;
    });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const place = this.#place;
    place.reused = place.socket?.destroyed === false;
    place.bytesBefore = place.socket?.bytesRead ?? 0;
    place.user = undefined;
    if (isConnectionUser(handler)) {
      place.user = handler;
      handler.onConnection(this);
    }
    return super.dispatch(options, handler);
  }

  /**
   * The current exchange needs no socket opened any more: it is being sent, or has failed. An idle connection must not hold what it was
   * last used for, the answer and all of the client's request with it.
   */
  forgetUser(): void {
    this.#place.user = undefined;
  }

  /**
   * Whether the socket had served before and gave not one byte since the current exchange began. If it then breaks, the
   * upstream most likely closed an idle connection at the moment that we used it (RFC 9112, section 9.5), which says nothing about its health.
   */
  get silentSinceReuse(): boolean {
    const { reused, socket, bytesBefore } = this.#place;
    return reused && socket?.bytesRead === bytesBefore;
  }

  /** Whether the upstream has said that it sends nothing more. */
  get endedByPeer(): boolean {
    return this.#place.socket?.readableEnded === true;
  }
}

type Place = {
  user: ConnectionUser | undefined;
  socket: Socket | undefined;
  reused: boolean;
  bytesBefore: number;
};

function openFor(
  place: Place,
  open: buildConnector.connector,
  target: buildConnector.Options,
  callback: buildConnector.Callback,
): void {
  place.reused = false;
  const deadline = place.user?.deadline;
  let watch: ConnectWatch | undefined;
  const opening: unknown = open(target, (...result) => {
    if (watch !== undefined) deadline?.remove(watch);
    callback(...result);
  });
  // buildConnector's type says void; it returns the socket.
  if (!(opening instanceof Socket)) return;
  place.socket = opening;
  if (deadline === undefined) return;
  watch = new ConnectWatch(opening);
  if (deadline.ended === undefined) deadline.add(watch);
  else watch.onEnd();
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

function isConnectionUser(
  handler: Dispatcher.DispatchHandler,
): handler is Dispatcher.DispatchHandler & ConnectionUser {
  return "onConnection" in handler;
}
