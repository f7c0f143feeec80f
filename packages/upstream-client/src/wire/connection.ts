import { lookup as systemLookup } from "node:dns";
import type { LookupAddress, LookupOptions } from "node:dns";
import { Socket } from "node:net";
import type { LookupFunction } from "node:net";
import { Client } from "undici";
import type { Dispatcher, buildConnector } from "undici";
import type { Deadline, EndListener } from "../deadline.ts";

/** An exchange that wants to know its connection, before anything is sent. */
export interface ConnectionUser {
  readonly deadline: Deadline;
  onConnection(connection: Connection): void;
}

/**
 * One connection of a pool. It knows two things that undici keeps to itself: which exchange a
 * socket is opened for, and whether the socket was used before.
 *
 * undici passes a handler its controller only when the socket is open. Until then nothing could
 * stop a connect to a host that does not answer. Here the socket that is being opened is destroyed
 * when the exchange's deadline ends.
 */
export class Connection extends Client {
  readonly #current: Current;

  constructor(origin: URL, options: Client.Options, open: buildConnector.connector) {
    const current: Current = { user: undefined, socket: undefined, reused: false, bytesBefore: 0 };
    super(origin, { ...options, connect: (target, callback) => openFor(current, open, target, callback) });
    this.#current = current;
    // A pool keeps its closed connections, which must not keep their sockets.
    this.on("disconnect", () => {
      current.socket = undefined;
    });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const current = this.#current;
    current.reused = current.socket?.destroyed === false;
    current.bytesBefore = current.socket?.bytesRead ?? 0;
    current.user = undefined;
    if (isConnectionUser(handler)) {
      current.user = handler;
      handler.onConnection(this);
    }
    return super.dispatch(options, handler);
  }

  /**
   * The current exchange is being sent or has failed, so no socket is opened for it any more. An
   * idle connection must not keep its last exchange in memory, with the answer and the client's
   * request.
   */
  forgetUser(): void {
    this.#current.user = undefined;
  }

  /**
   * Whether the socket was used before and has brought no byte since the current exchange began. If
   * it then breaks, the upstream most likely closed an idle connection just as we used it (RFC
   * 9112, section 9.5), which says nothing about its health.
   */
  get silentSinceReuse(): boolean {
    const { reused, socket, bytesBefore } = this.#current;
    return reused && socket?.bytesRead === bytesBefore;
  }

  /** Whether the upstream has ended its side of the connection. */
  get endedByPeer(): boolean {
    return this.#current.socket?.readableEnded === true;
  }
}

type Current = {
  user: ConnectionUser | undefined;
  socket: Socket | undefined;
  reused: boolean;
  bytesBefore: number;
};

function openFor(
  current: Current,
  open: buildConnector.connector,
  target: buildConnector.Options,
  callback: buildConnector.Callback,
): void {
  current.reused = false;
  const deadline = current.user?.deadline;
  let watch: ConnectWatch | undefined;
  const opening: unknown = open(target, (...result) => {
    if (watch !== undefined) deadline?.remove(watch);
    callback(...result);
  });
  // Its type says void, but buildConnector's connector returns the socket.
  if (!(opening instanceof Socket)) return;
  current.socket = opening;
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

type Found = { readonly address: string | LookupAddress[]; readonly family: number | undefined };

/**
 * A `lookup` for sockets that asks the system each time, and uses the last good answer when a name
 * cannot be resolved: an outage of the name server must not take away a healthy upstream.
 *
 * @param lookup the lookup to ask; the system's `getaddrinfo` by default
 */
export function rememberingLookup(lookup: LookupFunction = systemLookup): LookupFunction {
  const lastGood = new Map<string, Found>();
  return (hostname, options, callback) => {
    const question = questionOf(hostname, options);
    lookup(hostname, options, (error, address, family) => {
      if (error === null) {
        lastGood.set(question, { address, family });
        callback(null, address, family);
        return;
      }
      const known = lastGood.get(question);
      if (known === undefined) callback(error, address, family);
      else callback(null, known.address, known.family);
    });
  };
}

/** An upstream has few names, each asked for in one or two ways, so the memory stays small. */
function questionOf(hostname: string, { all, family, hints }: LookupOptions): string {
  return `${hostname} ${String(all)} ${String(family)} ${String(hints)}`;
}
