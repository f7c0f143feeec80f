import { existsSync } from "node:fs";

/** Where packages put it; a person's PATH often has no sbin. */
const PLACES = [
  "/usr/sbin/haproxy",
  "/usr/local/sbin/haproxy",
  "/usr/local/bin/haproxy",
  "/opt/homebrew/bin/haproxy",
];

/** The installed HAProxy; undefined where there is none. */
export function findHaproxy(): string | undefined {
  return PLACES.find((place) => existsSync(place));
}
