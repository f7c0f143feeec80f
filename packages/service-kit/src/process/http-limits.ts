import type { ServerOptions } from "node:http";
import type { TlsOptions } from "node:tls";

/** How both servers of a process treat connections. All times are in milliseconds. */
export const HTTP_LIMITS = {
  // Who has not sent its headers by then is not a browser on a bad line but somebody holding a
  // connection.
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
