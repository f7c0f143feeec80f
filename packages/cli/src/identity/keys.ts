import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { createMinter } from "@triptych/identity";
import type { Assertion, IdentityKey } from "@triptych/identity";
import { identityKeys, readSettings, SettingsError } from "@triptych/service-kit";
import { CommandError } from "../command-line.ts";

/** The keys that the gateway and the BFFs share. For development and tests. */
export interface KeySource {
  /** A BFF's `IDENTITY_KEYS`. */
  ringOf(bff: string): string;
  /** An `X-Identity`, by the current key of its audience's ring. @throws IdentityError */
  mint(assertion: Omit<Assertion, "requestId">): string;
}

/**
 * Keys derived from one secret (default: a new, random one), so that a new BFF needs no new secret.
 * One BFF's key does not open another.
 */
export function createKeySource(master: IdentityKey = newMasterKey()): KeySource {
  return sourceOf((bff) => {
    const secret = createHmac("sha256", master.secret).update(`X-Identity for ${bff}`).digest();
    return `${master.kid}:${secret.toString("base64url")}`;
  });
}

function newMasterKey(): IdentityKey {
  return { kid: `dev-${randomBytes(4).toString("hex")}`, secret: randomBytes(32) };
}

function sourceOf(ringOf: (bff: string) => string): KeySource {
  return {
    ringOf,
    mint(assertion) {
      const [current] = readRing(ringOf(assertion.audience));
      if (current === undefined) throw new Error("IDENTITY_KEYS holds no key");
      return createMinter(current).mint({ ...assertion, requestId: randomUUID() });
    },
  };
}

/** The keys of an `IDENTITY_KEYS`, the current one first. @throws CommandError */
export function readRing(ring: string): readonly IdentityKey[] {
  try {
    return readSettings({ IDENTITY_KEYS: ring }, { IDENTITY_KEYS: identityKeys() }).IDENTITY_KEYS;
  } catch (error) {
    if (error instanceof SettingsError) throw new CommandError(error.message, { cause: error });
    throw error;
  }
}

/**
 * The keys of `npm start`, `npm run dev` and `npm run identity`: those of `IDENTITY_KEYS` if it is
 * set, the same for every BFF, else those of a file that is made on first use.
 *
 * @throws CommandError for a wrong `IDENTITY_KEYS`, in production without it, or for a damaged file
 */
export function developmentKeys(env: NodeJS.ProcessEnv, file: string): KeySource {
  const ring = env["IDENTITY_KEYS"]?.trim();
  if (ring !== undefined && ring !== "") {
    readRing(ring);
    return sourceOf(() => ring);
  }
  if (env["NODE_ENV"] === "production") {
    throw new CommandError(
      "Development keys are not for NODE_ENV=production: set IDENTITY_KEYS, or unset NODE_ENV.",
    );
  }
  if (!existsSync(file)) make(file);
  return createKeySource(readMasterKey(file));
}

/** Of two commands that make the file at the same time, one links it first: that one is kept. */
function make(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  const { kid, secret } = newMasterKey();
  const text = JSON.stringify({ kid, secret: Buffer.from(secret).toString("base64url") });
  writeFileSync(draft, `${text}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (Object(error).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft);
  }
}

function readMasterKey(file: string): IdentityKey {
  const text = readFileSync(file, "utf8");
  try {
    const { kid, secret } = JSON.parse(text);
    const bytes = Buffer.from(secret, "base64url");
    if (typeof kid === "string" && bytes.length >= 32) return { kid, secret: bytes };
  } catch {
    // The same message as for any other text.
  }
  throw new CommandError(
    `${file} holds no development key: delete it, and the next command makes a new one.`,
  );
}
