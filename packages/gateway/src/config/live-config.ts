import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { IdentityKey, TraceRequests } from "@triptych/identity";
import { SettingsError } from "@triptych/service-kit";
import type { Clock, Logger } from "@triptych/service-kit";
import { compileContract } from "../contracts/contract.ts";
import type { Contract } from "../contracts/contract.ts";
import { readDocument } from "../contracts/document.ts";
import { createApiKeyVerifier, readApiKeys } from "../credentials/api-keys.ts";
import type { VerifyApiKey } from "../credentials/api-keys.ts";
import { createSealedCookies } from "../credentials/sealed-cookies.ts";
import type { SealedCookies } from "../credentials/sealed-cookies.ts";
import type { Signers } from "../policies/sign-identity.ts";
import type { Settings } from "../settings.ts";
import { bffsOf } from "../table/route.ts";
import type { RouteTable } from "../table/route.ts";
import { readKeys } from "./keys-file.ts";

/** What may change while the process runs: keys, partners and contracts. */
export interface LiveConfig {
  readonly signers: Signers;
  /** Each BFF's key ring, for BFFs that run in this process. */
  readonly identityKeys: ReadonlyMap<string, readonly IdentityKey[]>;
  readonly cookies: SealedCookies;
  readonly traceRequests: TraceRequests;
  readonly verifyApiKey: VerifyApiKey;
  /** By file name, as in the route table. */
  readonly contracts: ReadonlyMap<string, Contract>;
}

/**
 * Milliseconds between two looks at the files. File events miss the swap of a mounted volume, and a
 * file's time or size may be that of the version before, so the texts are compared.
 */
const LOOK_MS = 1_000;

/**
 * Reads the files and follows their changes. Each file counts by itself: one that cannot be used is
 * logged, its last good version stays in force, and the others are replaced all the same.
 *
 * @returns `current`, what is in force: a request that reads it once sees no mixture of two
 *   versions
 * @throws SettingsError with one line that names the file and shows no secret
 */
export function followFiles(
  files: Pick<Settings, "KEYS_FILE" | "API_KEYS_FILE" | "CONTRACTS_DIR">,
  table: RouteTable,
  { logger, clock }: { readonly logger: Logger; readonly clock: Clock },
): { readonly current: () => LiveConfig; readonly close: () => void } {
  const keys = new LiveFile(files.KEYS_FILE, (text) => {
    const { sessionKeys, ...others } = readKeys(text, bffsOf(table), clock);
    return { ...others, cookies: createSealedCookies(sessionKeys, clock) };
  });
  const apiKeys = new LiveFile(files.API_KEYS_FILE, (text) => createApiKeyVerifier(readApiKeys(text)));
  // Compiling a contract blocks the event loop for about 100 ms: only its own change is worth that.
  const contracts = contractFiles(table).map(
    (name) =>
      [
        name,
        new LiveFile(join(files.CONTRACTS_DIR, name), (text) => compileContract(readDocument(text, name))),
      ] as const,
  );
  const all = [keys, apiKeys, ...contracts.map(([, file]) => file)];
  let current = build();
  let cancel = clock.setTimer(LOOK_MS, () => void look(), "unref");
  let closed = false;

  function build(): LiveConfig {
    return {
      ...keys.value,
      verifyApiKey: apiKeys.value,
      contracts: new Map(contracts.map(([name, file]) => [name, file.value])),
    };
  }

  async function look(): Promise<void> {
    const changed = await Promise.all(all.map((file) => file.look(logger)));
    if (changed.includes(true)) current = build();
    if (!closed) cancel = clock.setTimer(LOOK_MS, () => void look(), "unref");
  }

  return {
    current: () => current,
    close() {
      closed = true;
      cancel();
    },
  };
}

function contractFiles({ routes }: RouteTable): string[] {
  const files = routes.flatMap(({ contract }) => (contract.kind === "openapi" ? [contract.file] : []));
  return [...new Set(files)];
}

/** A file whose value is replaced when its text changes, if the new text can be used. */
class LiveFile<Value> {
  readonly #file: string;
  readonly #parse: (text: string) => Value;
  /** What was read last, usable or not; undefined while it cannot be read. */
  #text: string | undefined;
  #value: Value;

  /** @throws SettingsError */
  constructor(file: string, parse: (text: string) => Value) {
    this.#file = file;
    this.#parse = parse;
    try {
      this.#text = decode(readFileSync(file));
      this.#value = parse(this.#text);
    } catch (cause) {
      throw new SettingsError([`${file} cannot be used: ${explain(cause)}`]);
    }
  }

  get value(): Value {
    return this.#value;
  }

  /** Reads the file again; returns whether its value was replaced. */
  async look(logger: Logger): Promise<boolean> {
    const before = this.#text;
    try {
      this.#text = undefined;
      this.#text = decode(await readFile(this.#file));
      if (this.#text === before) return false;
      this.#value = this.#parse(this.#text);
      logger.info({ file: this.#file }, "a changed file is in force");
      return true;
    } catch (cause) {
      // One line for each change, not one each second.
      if (this.#text !== before) {
        const why = explain(cause);
        logger.error({ file: this.#file, why }, "a changed file cannot be used, the old one stays in force");
      }
      return false;
    }
  }
}

/** Without a byte order mark. @throws TypeError for what is not UTF-8 */
function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

function explain(cause: unknown): string {
  if (!(cause instanceof Error)) return "it cannot be read";
  if ("code" in cause && cause.code === "ENOENT") return "there is no such file";
  // The parser's message quotes the text, which may be a key.
  return cause instanceof SyntaxError ? "it is not JSON" : cause.message;
}
