import { isObject } from "../contracts/document.ts";
import type { ApiKeyEntry } from "../credentials/api-key.ts";

const ID = /^[a-z0-9-]{1,32}$/;
const USER = /^[A-Za-z0-9_-]{1,64}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Reads the partners' keys: `{"apiKeys": [{"id", "sha256", "user", "scope"?}]}`.
 * @throws Error that names the entry
 */
export function readApiKeys(text: string): ApiKeyEntry[] {
  const file: unknown = JSON.parse(text);
  const list = isObject(file) ? file["apiKeys"] : undefined;
  if (!Array.isArray(list)) throw new Error('it must be {"apiKeys": [{"id", "sha256", "user"}]}');
  const values: unknown[] = list;
  const entries = values.map((value, index) => {
    const entry = readEntry(value);
    if (typeof entry !== "string") return entry;
    throw new Error(`apiKeys entry ${index + 1}: ${entry}`);
  });
  const ids = entries.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`apiKeys has the id "${twice}" twice`);
  return entries;
}

function readEntry(value: unknown): ApiKeyEntry | string {
  if (!isObject(value)) return "it must be an object";
  const { id, sha256, user, scope } = value;
  if (typeof id !== "string" || !ID.test(id)) return `its id must match ${ID.source}`;
  if (typeof sha256 !== "string" || !SHA256.test(sha256)) return "its sha256 must be 64 hex digits";
  if (typeof user !== "string" || !USER.test(user)) return `its user must match ${USER.source}`;
  if (scope !== undefined && typeof scope !== "string") return "its scope must be text";
  return { id, sha256, user, ...(scope === undefined ? {} : { scope }) };
}
