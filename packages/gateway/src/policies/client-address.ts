import { isIPv6 } from "node:net";

/** An IPv6 network has 64 bits for each customer: whoever has one has them all. */
const IPV6_GROUPS = 4;

/** The key under which an address is limited: IPv4 as it is (also inside IPv6), IPv6 by its /64. */
export function limitKeyOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = "", tail = ""] = (address.split("%")[0] ?? "").split("::");
  const first = head === "" ? [] : head.split(":");
  const missing = 8 - first.length - (tail === "" ? 0 : tail.split(":").length);
  const groups = [...first, ...Array.from({ length: Math.max(0, missing) }, () => "0"), ...tail.split(":")];
  const network = groups.slice(0, IPV6_GROUPS).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(":")}::/64`;
}
