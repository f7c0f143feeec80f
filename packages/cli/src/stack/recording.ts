import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { RoleName } from "./roles.ts";

const KEY_BYTES = 32;

/**
 * What makes the ids of this machine's recordings, kept in a file that is never checked in:
 * recorded again, an order has the same invented id, and others cannot find out which one it was.
 */
export function recordingKey(file: string): string {
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  mkdirSync(dirname(file), { recursive: true });
  const key = randomBytes(KEY_BYTES).toString("base64url");
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  return key;
}

/** What a home page shows, and a little more: recordings stay small enough to be read. */
const ORDERS = 4;
/** The first user's, so that a list of 10 has a last page after two full ones. */
const ORDERS_OF_FIRST = 24;
const SLOTS = 8;
/** In one question; the catalog takes 100. */
const PRODUCTS = 50;

/**
 * Asks the services for what the screens of these users need, so that it is recorded.
 *
 * @param urlOf where a service is
 * @returns what was not answered, a line each
 */
export async function visit(
  users: readonly string[],
  urlOf: (service: RoleName) => string,
): Promise<string[]> {
  const failed: string[] = [];
  const ask = async (service: RoleName, path: string, user: string): Promise<string> => {
    const answer = await fetch(`${urlOf(service)}${path}`, { headers: { "X-User-Id": user } });
    const text = await answer.text();
    if (answer.status === 200) return text;
    failed.push(`${service} answered ${answer.status} to GET ${path} of user ${user}`);
    return "";
  };
  const products = new Set<string>();
  for (const [index, user] of users.entries()) {
    const limit = index === 0 ? ORDERS_OF_FIRST : ORDERS;
    await ask("users", "/users/me", user);
    const answers = [
      await ask("orders", `/orders?limit=${limit}`, user),
      await ask("recommendations", `/recs/v2?limit=${SLOTS}`, user),
      await ask("recommendations", `/recommendations?limit=${SLOTS}`, user),
    ];
    for (const answer of answers) for (const id of productsIn(answer)) products.add(id);
  }
  const ids = [...products].toSorted();
  for (let from = 0; from < ids.length; from += PRODUCTS) {
    await ask("catalog", `/products?ids=${ids.slice(from, from + PRODUCTS).join(",")}`, users[0] ?? "");
  }
  return failed;
}

/** `"productId": "…"` of an order's line, `"product": {"id": "…"}` of a slot. */
function productsIn(text: string): string[] {
  const found = text.matchAll(/"productId":"([\w-]+)"|"product":\{"id":"([\w-]+)"/g);
  return Array.from(found, ([, line, slot]) => line ?? slot ?? "");
}
