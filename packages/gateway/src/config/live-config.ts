import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { join } from "node:path";
import type { IdentityKey } from "@triptych/identity";
import { SettingsError } from "@triptych/service-kit";
import type { Logger, WallClock } from "@triptych/service-kit";
import { compileContract } from "../contracts/contract.ts";
import type { Contract } from "../contracts/contract.ts";
import { readDocument } from "../contracts/document.ts";
import { createApiKeyVerifier, readApiKeys } from "../credentials/api-keys.ts";
import type { VerifyApiKey } from "../credentials/api-keys.ts";
import { createSealedCookies } from "../credentials/session.ts";
import type { SealedCookies } from "../credentials/session.ts";
import type { Signers } from "../policies/sign-identity.ts";
import { bffsOf } from "../table/route.ts";
import type { RouteTable } from "../table/route.ts";
import { readKeys } from "./keys-file.ts";

/**
 * What may change while the process runs: keys, partners and contracts. A reload replaces all of it
 * or nothing.
 */
export interface LiveConfig {
  readonly signers: Signers;
  /** Each BFF's key ring, for BFFs that run in this process. */
  readonly identityKeys: ReadonlyMap<string, readonly IdentityKey[]>;
  readonly cookies: SealedCookies;
  readonly verifyApiKey: VerifyApiKey;
  /** By file name, as in the route table. */
  readonly contracts: ReadonlyMap<string, Contract>;
}

/** Where the files are; contracts are relative to `contractsDir`. */
export interface LiveConfigFiles {
  readonly keysFile: string;
  readonly apiKeysFile: string;
  readonly contractsDir: string;
}

/**
 * Returns a function that reads all files. It is called at start-up and after each change.
 *
 * @throws SettingsError (the returned function) with one line that names the file and shows no
 *   secret
 */
export function liveConfigLoader(
  files: LiveConfigFiles,
  table: RouteTable,
  clock: WallClock,
): () => LiveConfig {
  const compile = compileOnce();
  return () => loadLiveConfig(files, table, clock, compile);
}

/**
 * Compiling a contract blocks the event loop for about 100 ms, and with it every request in flight.
 * So a contract is compiled only when its own text changed.
 */
function compileOnce(): (file: string, text: string) => Contract {
  const compiled = new Map<string, { readonly text: string; readonly contract: Contract }>();
  return (file, text) => {
    const earlier = compiled.get(file);
    if (earlier?.text === text) return earlier.contract;
    const contract = compileContract(readDocument(text, file));
    compiled.set(file, { text, contract });
    return contract;
  };
}

function loadLiveConfig(
  files: LiveConfigFiles,
  table: RouteTable,
  clock: WallClock,
  compile: (file: string, text: string) => Contract,
): LiveConfig {
  const keys = read(files.keysFile, (text) => readKeys(text, bffsOf(table), clock));
  const apiKeys = read(files.apiKeysFile, readApiKeys);
  return {
    signers: keys.signers,
    identityKeys: keys.identityKeys,
    cookies: createSealedCookies(keys.sessionKeys, clock),
    verifyApiKey: createApiKeyVerifier(apiKeys),
    contracts: new Map(
      contractFiles(table).map((file) => [
        file,
        read(join(files.contractsDir, file), (text) => compile(file, text)),
      ]),
    ),
  };
}

/** Lists every file that the loader reads. */
export function filesOf(files: LiveConfigFiles, table: RouteTable): string[] {
  return [
    files.keysFile,
    files.apiKeysFile,
    ...contractFiles(table).map((file) => join(files.contractsDir, file)),
  ];
}

function contractFiles({ routes }: RouteTable): string[] {
  const files = routes.flatMap(({ contract }) => (contract.kind === "openapi" ? [contract.file] : []));
  return [...new Set(files)];
}

function read<Value>(file: string, parse: (text: string) => Value): Value {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new SettingsError([`${file} cannot be used: ${explain(cause)}`]);
  }
}

function explain(cause: unknown): string {
  if (!(cause instanceof Error)) return "it cannot be read";
  if ("code" in cause && cause.code === "ENOENT") return "there is no such file";
  // The parser's message quotes the text, which may be a key.
  return cause instanceof SyntaxError ? "it is not JSON" : cause.message;
}

/** A value that is replaced when its sources change. */
export interface Reloading<Value> {
  readonly current: () => Value;
  /**
   * Loads the value again. When that fails it logs the error and keeps the old value; it never
   * throws.
   */
  readonly reload: () => void;
}

/**
 * Holds a value that can be reloaded. A request reads it once and uses it to the end, so no request
 * sees a mixture of old and new.
 *
 * @throws what the first `load` throws
 */
export function reloading<Value>(load: () => Value, logger: Logger): Reloading<Value> {
  let value = load();
  return {
    current: () => value,
    reload() {
      try {
        value = load();
        logger.info("keys, partners and contracts were reloaded");
      } catch (error) {
        logger.error({ err: error }, "the changed files cannot be used, the old ones stay in force");
      }
    },
  };
}

/**
 * How often files are checked, in milliseconds. File events miss the swap of a mounted volume, so
 * files are polled.
 */
const INTERVAL_MS = 1_000;

/** Calls `onChange` when one of the files has changed. Returns a function that stops watching. */
export function watchFiles(files: readonly string[], onChange: () => void): () => void {
  for (const file of files) watchFile(file, { interval: INTERVAL_MS, persistent: false }, onChange);
  return () => {
    for (const file of files) unwatchFile(file, onChange);
  };
}
