import type { IncomingMessage } from "node:http";

/**
 * The values of one cookie, as often as it stands (RFC 6265, section 5.4). Two of one name mean that somebody else
 * set one of them.
 */
export function cookieValues(req: IncomingMessage, name: string): string[] {
  return (req.headers.cookie ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}

/** A `Set-Cookie` that scripts cannot read, that leaves over HTTPS alone and that other sites' requests do not carry. */
export function setCookie(name: string, value: string, maxAgeS: number): string {
  return `${name}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; Secure; SameSite=Lax`;
}

/** A `Set-Cookie` that takes one away. */
export function clearCookie(name: string): string {
  return setCookie(name, "", 0);
}
