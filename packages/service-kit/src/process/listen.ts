import { once } from "node:events";
import type { Server, ServerOptions } from "node:http";
import type { TlsOptions } from "node:tls";

/**
 * A server could not listen. `message` is one line that names the port, its role and the setting to
 * change.
 */
export class ListenError extends Error {
  override readonly name = "ListenError";
  readonly code = "cannot-listen";
}

export interface ListenTarget {
  readonly port: number;
  readonly host: string | undefined;
  /** What the port is for, in words. */
  readonly role: string;
  /** The setting that changes the port. */
  readonly setting: "PORT" | "ADMIN_PORT";
}

/**
 * Listens and returns the port that it got, which matters where 0 was asked for.
 * @throws {ListenError} where the port is taken or may not be used
 */
export async function listen(server: Server, target: ListenTarget): Promise<number> {
  try {
    const listening = once(server, "listening");
    server.listen({ port: target.port, host: target.host });
    await listening;
  } catch (error) {
    throw new ListenError(explain(error, target), { cause: error });
  }
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : target.port;
}

function explain(error: unknown, { port, host, role, setting }: ListenTarget): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "EADDRINUSE":
      return `port ${port} for ${role} is taken: stop what listens there or set ${setting} to another port`;
    case "EACCES":
      return `port ${port} for ${role} may not be used by this user: set ${setting} to a port above 1023`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `${host ?? "the address"} for ${role} is no address of this machine: set HOST to one that is`;
    default:
      return `port ${port} for ${role} cannot be listened on (${String(code)}): check ${setting} and HOST`;
  }
}

/** How both servers of a process treat connections. All times are in milliseconds. */
export const HTTP_LIMITS = {
  // A browser on a bad line has sent its headers by then; a client that holds connections has not.
  headersTimeout: 10_000,
  // The same for a TLS handshake, which comes before: a server without TLS ignores it.
  handshakeTimeout: 10_000,
  requestTimeout: 15_000,
  // Node looks at its connections this often, so the two above hold to half a second.
  connectionsCheckingInterval: 500,
  // Longer than the idle time of the load balancers in front (60 s is common): the one that sends
  // requests has to close first, or a request meets a closing connection.
  keepAliveTimeout: 65_000,
  // Node's own default, written down: the identity headers need up to 8 KiB of it.
  maxHeaderSize: 16_384,
  // `inbound` counts Host headers itself and answers with a problem, where Node would answer with
  // nothing.
  requireHostHeader: false,
} as const satisfies ServerOptions & Pick<TlsOptions, "handshakeTimeout">;
