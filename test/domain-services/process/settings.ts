import { fileURLToPath } from "node:url";
import type { JSONWebKeySet } from "jose";
import { readKeySet } from "./key-set.ts";
import { LOG_LEVELS } from "./logger.ts";
import type { LogLevel } from "./logger.ts";
import { SettingError } from "./setting-error.ts";
import { parseSwitches } from "../switches/parse.ts";
import type { Switches } from "../switches/switches.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Settings {
  /** 0 takes a free port. */
  port: number;
  adminPort: number;
  /** undefined: all interfaces. */
  host: string | undefined;
  dataDir: string;
  logLevel: LogLevel;
  /** Where set, every request must carry a Txn-Token that one of these keys signed. */
  txnTokenKeys: JSONWebKeySet | undefined;
  /** In development a request may come without a token, straight at a BFF; one that comes is checked all the same. */
  txnTokenOptional: boolean;
  switches: Switches;
}

/** How far the switches' port is from the service's. */
const ADMIN_OFFSET = 1_000;

/** Reads what all four services take. @throws SettingError that names the first malformed one. */
export function readSettings(environment: Environment, defaultPort: number): Settings {
  const port = readPort(environment, "PORT") ?? defaultPort;
  return {
    port,
    adminPort: readAdminPort(environment, port),
    host: nonEmpty(environment, "HOST"),
    dataDir: nonEmpty(environment, "DATA_DIR") ?? fileURLToPath(new URL("../.data/", import.meta.url)),
    logLevel: readLogLevel(environment),
    txnTokenKeys: readKeySet(environment["TXN_TOKEN_JWKS"]),
    txnTokenOptional: readTxnToken(environment),
    switches: readSwitches(environment["SWITCHES"]),
  };
}

function nonEmpty(environment: Environment, name: string): string | undefined {
  const value = environment[name];
  if (value?.trim() === "") throw new SettingError(name, "is empty: give it a value, or leave it out");
  return value;
}

function readTxnToken(environment: Environment): boolean {
  const value = environment["TXN_TOKEN"] ?? "required";
  if (value === "optional" && environment["NODE_ENV"] === "production") {
    throw new SettingError("TXN_TOKEN", "may be optional in development only, but NODE_ENV is production");
  }
  if (value === "required" || value === "optional") return value === "optional";
  throw new SettingError("TXN_TOKEN", `must be required or optional, got '${value}'`);
}

function readPort(environment: Environment, name: string): number | undefined {
  const value = environment[name];
  if (value === undefined) return undefined;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (port <= 65_535) return port;
  throw new SettingError(name, `must be a port from 0 to 65535, got '${value}'`);
}

function readAdminPort(environment: Environment, port: number): number {
  const adminPort = readPort(environment, "ADMIN_PORT") ?? (port === 0 ? 0 : port + ADMIN_OFFSET);
  if (adminPort > 65_535) {
    throw new SettingError(
      "ADMIN_PORT",
      `would be PORT + ${ADMIN_OFFSET} = ${adminPort}, which is no port: set it`,
    );
  }
  if (adminPort === port && port !== 0)
    throw new SettingError("ADMIN_PORT", `must differ from PORT, both are ${port}`);
  return adminPort;
}

function readLogLevel(environment: Environment): LogLevel {
  const value = environment["LOG_LEVEL"];
  if (value === undefined) return "info";
  const level = LOG_LEVELS.find((candidate) => candidate === value);
  if (level !== undefined) return level;
  throw new SettingError("LOG_LEVEL", `must be one of ${LOG_LEVELS.join(", ")}, got '${value}'`);
}

function readSwitches(value: string | undefined): Switches {
  if (value === undefined) return {};
  try {
    return parseSwitches(JSON.parse(value));
  } catch (cause) {
    throw new SettingError(
      "SWITCHES",
      `cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}
