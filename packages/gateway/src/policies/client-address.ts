import { BlockList, isIPv4, isIPv6, SocketAddress } from "node:net";

/**
 * The one spelling of an IP address that a proxy may write with a port, in brackets, with a zone,
 * or mapped into IPv6 (RFC 4291, sections 2.2 and 2.5.5.2); "" for anything else.
 */
function plainAddress(text: string): string {
  // Node accepts no other spelling of it.
  if (isIPv4(text)) return text;
  // Quotes are those of `Forwarded` (RFC 7239, section 6). Some write IPv4 in brackets too. A zone
  // names a network interface of the machine that wrote it (RFC 4007, section 11).
  const address = text
    .trim()
    .replace(/^"([^"]*)"$/, "$1")
    .replace(/^\[(\d[\d.]*)\]/, "$1")
    .replace(/%[^\]]*/, "");
  const parsed = isIPv6(address)
    ? new SocketAddress({ address, family: "ipv6" })
    : SocketAddress.parse(address);
  return parsed?.address.replace(/^::ffff:(?=\d+\.)/, "") ?? "";
}

/** RFC 6177: a customer gets at least a /64, and can use any of its 2^64 addresses. */
const NETWORK_GROUPS = 4;

/** Under which a translator writes IPv4 addresses (RFC 6052, section 2.1): a /64 would be all. */
const TRANSLATED = "64:ff9b:0:0:0:0";

/**
 * Returns the key under which an address is limited: IPv4 as it is, also where a translator put it
 * into IPv6, and IPv6 by its /64, so that a customer is one. All that is no address shares one key.
 */
export function limitKeyOf(address: string): string {
  const plain = plainAddress(address);
  if (!isIPv6(plain)) return plain === "" ? "unknown" : plain;
  const [head = "", tail] = plain.split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => "0");
  const groups = [...first, ...zeros, ...last];
  if (groups.slice(0, 6).join(":") === TRANSLATED) return ipv4Of(groups.slice(6));
  return `${groups.slice(0, NETWORK_GROUPS).join(":")}::/64`;
}

function ipv4Of(groups: readonly string[]): string {
  return groups
    .map((group) => Number.parseInt(group, 16))
    .flatMap((bits) => [bits >> 8, bits & 255])
    .join(".");
}

/** Whoever is behind a trusted proxy can name any number of addresses. */
const MOST_KNOWN = 100;

/**
 * Creates the check whether an entry of `X-Forwarded-For` is a proxy that is trusted. A socket that
 * was closed before its request is read has no address: it is not.
 *
 * @param networks IP addresses and networks: `127.0.0.1`, `10.0.0.0/8`
 */
export function trustedProxy(networks: readonly string[]): (address: string | undefined) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    const [family, all] = isIPv6(address) ? (["ipv6", 128] as const) : (["ipv4", 32] as const);
    list.addSubnet(address, bits === undefined ? all : Number(bits), family);
  }
  /** Each request comes from one of few proxies. */
  const known = new Set<string>();
  return (address) => {
    if (address === undefined) return false;
    if (known.has(address)) return true;
    const plain = plainAddress(address);
    const isTrusted = plain !== "" && list.check(plain, isIPv6(plain) ? "ipv6" : "ipv4");
    if (isTrusted && known.size < MOST_KNOWN) known.add(address);
    return isTrusted;
  };
}
