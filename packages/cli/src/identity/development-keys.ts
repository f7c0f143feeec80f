import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { createKeySource, keySourceFrom, newMasterKey } from "./key-source.ts";
import type { KeySource, MasterKey } from "./key-source.ts";

/** Why there are no development keys; `message` is one line for the terminal. */
export class DevelopmentKeysError extends Error {
  override readonly name = "DevelopmentKeysError";
}

/**
 * The keys of `npm start`, `npm run dev` and `npm run identity`: those of `IDENTITY_KEYS` if it is set, else
 * those of a file that is made on first use.
 *
 * @throws DevelopmentKeysError in production without `IDENTITY_KEYS`, or for a damaged file
 */
export function developmentKeys(env: NodeJS.ProcessEnv, file: string): KeySource {
  const ring = env["IDENTITY_KEYS"]?.trim();
  if (ring !== undefined && ring !== "") return keySourceFrom(ring);
  if (env["NODE_ENV"] === "production") {
    throw new DevelopmentKeysError(
      "Development keys are not for NODE_ENV=production: set IDENTITY_KEYS, or unset NODE_ENV.",
    );
  }
  return createKeySource(readOrMake(file));
}

/** Whoever links the file first wins; a second command at the same moment reads the winner's. */
function readOrMake(file: string): MasterKey {
  const draft = `${file}.${process.pid}`;
  const existing = readIfThere(file);
  if (existing !== undefined) return parse(existing, file);
  mkdirSync(dirname(file), { recursive: true });
  const { kid, secret } = newMasterKey();
  writeFileSync(draft, `${JSON.stringify({ kid, secret: secret.toString("base64url") })}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    rmSync(draft);
  }
  return parse(readFileSync(file, "utf8"), file);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

function parse(text: string, file: string): MasterKey {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (
    typeof value === "object" &&
    value !== null &&
    "kid" in value &&
    typeof value.kid === "string" &&
    "secret" in value &&
    typeof value.secret === "string"
  ) {
    const secret = Buffer.from(value.secret, "base64url");
    if (secret.length >= 32) return { kid: value.kid, secret };
  }
  throw new DevelopmentKeysError(`${file} holds no development key: delete it, and a new one is made.`);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
