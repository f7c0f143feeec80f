import { createPublicKey } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { JSONWebKeySet, JWK } from "jose";
import { parseSwitches } from "@triptych/testing/switches";
import type { Switches } from "@triptych/testing/switches";
import { DEFAULT_MEDIA_URL } from "./pictures.ts";
import { LOG_LEVELS, SettingError } from "./tools.ts";
import type { LogLevel } from "./tools.ts";

/** Environment variables, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What all services take from the environment. */
export interface Settings {
  /** 0 takes a free port. */
  port: number;
  /** The port of the switches; 0 takes a free one. */
  adminPort: number;
  /** undefined: all interfaces. */
  host: string | undefined;
  dataDir: string;
  logLevel: LogLevel;
  /** What addresses of pictures start with: an origin, without a slash at its end. */
  mediaUrl: string;
  /** If set, every request must carry a Txn-Token that one of these public keys verifies. */
  txnTokenKeys: JSONWebKeySet | undefined;
  /** In development a request may come without a token; a token that comes is always checked. */
  txnTokenOptional: boolean;
  switches: Switches;
}

/** For `--help`; the README says more. */
export const HELP = `Settings, from the environment:
  PORT                      where it listens; 0 takes a free port
  ADMIN_PORT                where its switches are; default PORT + 1000
  HOST                      the interface; default all
  DATA_DIR                  the folder of its database; default .data beside the services
  LOG_LEVEL                 ${LOG_LEVELS.join(", ")}; default info
  MEDIA_URL                 the origin of its pictures; default ${DEFAULT_MEDIA_URL}
  TXN_TOKEN_JWKS            public keys; with them every request needs a valid Txn-Token
  TXN_TOKEN                 required, or optional in development; default required
  SWITCHES                  what misbehaves from the start, as JSON
  RECOMMENDATIONS_VERSIONS  which versions the recommendations serve; default 1,2
`;

/** How far the switches' port is from the service's. */
const ADMIN_OFFSET = 1_000;

/** Reads the settings. @throws SettingError that names the first malformed one */
export function readSettings(environment: Environment, defaultPort: number): Settings {
  const port = readPort(environment, "PORT") ?? defaultPort;
  const adminPort = readPort(environment, "ADMIN_PORT") ?? (port === 0 ? 0 : port + ADMIN_OFFSET);
  if (adminPort > 65_535) throw new SettingError("ADMIN_PORT", `would be PORT + ${ADMIN_OFFSET}: set it`);
  if (adminPort === port && port !== 0)
    throw new SettingError("ADMIN_PORT", `must differ from PORT, both are ${port}`);
  return {
    port,
    adminPort,
    host: readText(environment, "HOST"),
    dataDir: readText(environment, "DATA_DIR") ?? fileURLToPath(new URL("../.data/", import.meta.url)),
    logLevel: readChoice(environment, "LOG_LEVEL", LOG_LEVELS, "info"),
    mediaUrl: readOrigin(environment, "MEDIA_URL") ?? DEFAULT_MEDIA_URL,
    txnTokenKeys: readKeys(environment["TXN_TOKEN_JWKS"]),
    txnTokenOptional: readIsOptional(environment),
    switches: readSwitches(environment["SWITCHES"]),
  };
}

function readPort(environment: Environment, name: string): number | undefined {
  const value = environment[name];
  if (value === undefined) return undefined;
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new SettingError(name, `must be a port from 0 to 65535, got '${value}'`);
}

function readOrigin(environment: Environment, name: string): string | undefined {
  const value = readText(environment, name);
  if (value === undefined) return undefined;
  const url = URL.parse(value);
  if (url !== null && /^https?:$/.test(url.protocol) && url.origin === value.replace(/\/$/, ""))
    return url.origin;
  throw new SettingError(name, `must be an origin such as ${DEFAULT_MEDIA_URL}, got '${value}'`);
}

function readText(environment: Environment, name: string): string | undefined {
  const value = environment[name];
  if (value?.trim() === "") throw new SettingError(name, "is empty: give it a value, or leave it out");
  return value;
}

/** One of the listed values, by default the first. @throws SettingError if it is another one */
export function readChoice<Choice extends string>(
  environment: Environment,
  name: string,
  choices: readonly [Choice, ...Choice[]],
  byDefault = choices[0],
): Choice {
  const value = environment[name] ?? byDefault;
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  throw new SettingError(name, `must be one of ${choices.join(", ")}, got '${value}'`);
}

function readIsOptional(environment: Environment): boolean {
  const isOptional = readChoice(environment, "TXN_TOKEN", ["required", "optional"]) === "optional";
  if (isOptional && environment["NODE_ENV"] === "production")
    throw new SettingError("TXN_TOKEN", "may be optional in development only, but NODE_ENV is production");
  return isOptional;
}

function readKeys(value: string | undefined): Settings["txnTokenKeys"] {
  if (value === undefined) return undefined;
  try {
    const { keys }: JSONWebKeySet = JSON.parse(value);
    if (keys.length > 0 && keys.every(isPublicEd25519)) return { keys };
  } catch {
    // Refused below.
  }
  throw new SettingError(
    "TXN_TOKEN_JWKS",
    'must be a JWK set of public Ed25519 keys: {"keys":[{"kty":"OKP","crv":"Ed25519","x":…}]}, without "d"',
  );
}

/** @throws Error for what is no key */
function isPublicEd25519(key: JWK): boolean {
  return key.d === undefined && createPublicKey({ key, format: "jwk" }).asymmetricKeyType === "ed25519";
}

function readSwitches(value: string | undefined): Switches {
  if (value === undefined) return {};
  try {
    return parseSwitches(JSON.parse(value));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SettingError("SWITCHES", `cannot be used: ${why}`, { cause });
  }
}
