import { lookup as systemLookup } from "node:dns";
import type { LookupAddress, LookupOptions } from "node:dns";
import type { LookupFunction } from "node:net";

type Found = { readonly address: string | LookupAddress[]; readonly family: number | undefined };

/**
 * A `lookup` for sockets that asks the system each time and falls back on the last good answer for a name that it
 * cannot resolve now: a name server's outage must not take away an upstream that is still where it was.
 *
 * @param lookup what to ask; the system's `getaddrinfo` by default
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

/** An upstream's few names, each asked for in one or two ways: the memory stays as small as the list of addresses. */
function questionOf(hostname: string, { all, family, hints }: LookupOptions): string {
  return `${hostname} ${String(all)} ${String(family)} ${String(hints)}`;
}
