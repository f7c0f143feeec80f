import dns from "node:dns";
import type { LookupAddress, LookupOptions } from "node:dns";
import type { LookupFunction } from "node:net";
import type { Clock } from "@triptych/service-kit";

type Found = { readonly address: string | LookupAddress[]; readonly family: number | undefined };

/** How long a name server may take before its last good answer is used, ms. */
const PATIENCE_MS = 100;

/**
 * A `lookup` for sockets that asks the system each time, and uses the last good answer when a name
 * cannot be resolved or that takes long: an outage of the name server must not take away a healthy
 * service. The same question is not asked twice at once, since each takes one of Node's few
 * threads. (The upstream client has the same: decision 10.)
 *
 * @param lookup the lookup to ask; the system's `getaddrinfo` by default
 */
export function rememberingLookup(
  clock: Pick<Clock, "setTimer">,
  lookup: LookupFunction = dns.lookup,
): LookupFunction {
  const lastGood = new Map<string, Found>();
  const underWay = new Map<string, Promise<Found>>();

  function ask(question: string, hostname: string, options: LookupOptions): Promise<Found> {
    const asked = new Promise<Found>((resolve, reject) => {
      lookup(hostname, options, (error, address, family) => {
        if (error === null) resolve({ address, family });
        else reject(error);
      });
    }).finally(() => underWay.delete(question));
    underWay.set(question, asked);
    return asked.then((found) => {
      lastGood.set(question, found);
      return found;
    });
  }

  return (hostname, options, callback) => {
    const question = questionOf(hostname, options);
    const known = lastGood.get(question);
    let isOpen = true;
    const answer = (found: Found): void => {
      if (isOpen) callback(null, found.address, found.family);
      isOpen = false;
    };
    const fail = (error: NodeJS.ErrnoException): void => {
      if (known === undefined) callback(error, "");
      else answer(known);
    };
    const cancel = known && clock.setTimer(PATIENCE_MS, () => answer(known), "unref");
    const asked = underWay.get(question) ?? ask(question, hostname, options);
    asked.finally(cancel).then(answer, fail);
  };
}

/** A service has few names, each asked for in one or two ways, so the memory stays small. */
function questionOf(hostname: string, { all, family, hints }: LookupOptions): string {
  return `${hostname} ${String(all)} ${String(family)} ${String(hints)}`;
}
