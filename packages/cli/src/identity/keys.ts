import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { createMinter } from "@triptych/identity";
import type { Assertion, IdentityKey } from "@triptych/identity";
import { identityKeys, readSettings } from "@triptych/service-kit";
import { CommandError } from "../command-line.ts";

/** The keys that the gateway and the BFFs share. For development and tests. */
export interface KeySource {
  /** A BFF's `IDENTITY_KEYS`. */
  ringOf(bff: string): string;
  /** An `X-Identity`, by the current key of its audience's ring. @throws IdentityError */
  mint(assertion: Omit<Assertion, "requestId">): string;
}

/** One secret from which each BFF's own key is derived, so that a new BFF needs no new secret. */
export interface MasterKey {
  readonly kid: string;
  readonly secret: Buffer;
}

/** A random key. */
export function newMasterKey(): MasterKey {
  return { kid: `dev-${randomBytes(4).toString("hex")}`, secret: randomBytes(32) };
}

/**
 * Keys derived from a master key (default: a new, random one). One BFF's key does not open another.
 */
export function createKeySource(master: MasterKey = newMasterKey()): KeySource {
  return sourceOf((bff) => {
    const secret = createHmac("sha256", master.secret).update(`X-Identity for ${bff}`).digest();
    return `${master.kid}:${secret.toString("base64url")}`;
  });
}

/** The ring that the environment gives, the same for every BFF. @throws SettingsError */
export function keySourceFrom(ring: string): KeySource {
  readRing(ring);
  return sourceOf(() => ring);
}

function sourceOf(ringOf: (bff: string) => string): KeySource {
  return {
    ringOf,
    mint: (assertion) =>
      createMinter({ ...readRing(ringOf(assertion.audience)) }).mint({
        ...assertion,
        requestId: randomUUID(),
      }),
  };
}

/** The current key of a ring. */
function readRing(ring: string): IdentityKey {
  const [current] = readSettings({ IDENTITY_KEYS: ring }, { IDENTITY_KEYS: identityKeys() }).IDENTITY_KEYS;
  if (current === undefined) throw new Error("IDENTITY_KEYS holds no key");
  return current;
}

/**
 * The keys of `npm start`, `npm run dev` and `npm run identity`: those of `IDENTITY_KEYS` if it is
 * set, else those of a file that is made on first use.
 *
 * @throws CommandError in production without `IDENTITY_KEYS`, or for a damaged file
 */
export function developmentKeys(env: NodeJS.ProcessEnv, file: string): KeySource {
  const ring = env["IDENTITY_KEYS"]?.trim();
  if (ring !== undefined && ring !== "") return keySourceFrom(ring);
  if (env["NODE_ENV"] === "production") {
    throw new CommandError(
      "Development keys are not for NODE_ENV=production: set IDENTITY_KEYS, or unset NODE_ENV.",
    );
  }
  return createKeySource(readOrMake(file));
}

/**
 * Of two commands that make the file at the same time, one links it first and the other reads that
 * one.
 */
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
  throw new CommandError(
    `${file} holds no development key: delete it, and the next command makes a new one.`,
  );
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
