import { AsyncLocalStorage } from "node:async_hooks";
import type { LookupFunction } from "node:net";
import { getCACertificates } from "node:tls";
import { buildConnector } from "undici";
import type { Clock } from "../clock.ts";
import type { Dialect } from "../dialect/dialect.ts";
import { secretFile } from "../dialect/secret.ts";

/** Opens the sockets of an upstream's connections. */
export type Connector = buildConnector.connector;

/** undici's coarse timer, ms: a safety net for a connect that no call's deadline has ended. */
const CONNECT_TIMEOUT_MS = 5_000;

type ConnectorParts = {
  readonly clock: Clock;
  readonly lookup: LookupFunction;
  /** Whether the system's authorities are trusted beside those of `tls`. Default false. */
  readonly trustsSystem?: boolean;
};

/**
 * Makes what opens an upstream's sockets. The files of its `tls` are followed: a connection that is
 * opened after they change uses the new ones.
 *
 * @throws Error naming the file, when one cannot be read
 */
export function connectorOf(
  { tls = {}, http2 = false }: { readonly tls?: Dialect["tls"] | undefined; readonly http2?: boolean },
  { clock, lookup, trustsSystem = false }: ConnectorParts,
): Connector {
  const files = Object.entries({ ca: tls.caFile, cert: tls.certFile, key: tls.keyFile }).flatMap(
    ([option, path]) => (path === undefined ? [] : [{ option, read: secretFile(path, clock) }]),
  );
  if ((tls.certFile === undefined) !== (tls.keyFile === undefined))
    throw new TypeError("tls needs both certFile and keyFile, or neither");
  const ofHttp2 = http2 ? { allowH2: true, preferH2: true, useH2c: true } : { allowH2: false };
  let texts: readonly string[] = [];
  let open: Connector | undefined;
  const current = (): Connector => {
    const now = files.map(({ read }) => read(false));
    if (open === undefined || now.some((text, index) => text !== texts[index])) {
      const options = Object.fromEntries(files.map(({ option }, index) => [option, [now[index] ?? ""]]));
      if (trustsSystem && options["ca"] !== undefined) options["ca"].push(...getCACertificates("default"));
      open = buildConnector({ timeout: CONNECT_TIMEOUT_MS, lookup, ...ofHttp2, ...options });
      texts = now;
    }
    return open;
  };
  current();
  // A connection outlives the request that opens it, so its events are not run in that request's
  // async context: a fault of theirs must not count as the request's.
  const outside = AsyncLocalStorage.snapshot();
  return (...of) => outside(current(), ...of);
}
