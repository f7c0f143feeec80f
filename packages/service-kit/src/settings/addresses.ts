import { BadSetting, quoted, type Setting } from "./setting.ts";

const HIGHEST_PORT = 65_535;
const ADMIN_OFFSET = 1_000;
// Letters, digits and what host names and IPv6 addresses (with a zone) are made of.
const HOST = /^[A-Za-z0-9_.:%-]{1,253}$/;

function readPort(name: string, text: string, example: number): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= HIGHEST_PORT) return port;
  throw new BadSetting(
    `${name} is not a port: ${quoted(text)} (expected a whole number from 0 to ${HIGHEST_PORT}, for example ${example})`,
  );
}

/** A TCP port to listen on. 0 takes a free one. Without a default it must be set. */
export function port(options: { readonly default?: number } = {}): Setting<number> {
  return {
    read(name, text) {
      if (text !== undefined) return readPort(name, text, options.default ?? 8080);
      if (options.default !== undefined) return options.default;
      throw new BadSetting(`${name} is missing: set it to the port to listen on, for example 8080`);
    },
  };
}

/**
 * The port of health, readiness and metrics: `PORT` + 1000 where it is not set, and 0 (a free one)
 * where `PORT` is 0. Declare it after `PORT`.
 */
export function adminPort(): Setting<number> {
  return {
    read(name, text, earlier) {
      const publicPort = earlier.get("PORT");
      const derived = typeof publicPort === "number" && publicPort > 0 ? publicPort + ADMIN_OFFSET : 0;
      if (text === undefined && derived > HIGHEST_PORT) {
        throw new BadSetting(
          `${name} is missing: PORT + ${ADMIN_OFFSET} is ${derived}, which is no port; set it to a free port`,
        );
      }
      const chosen = text === undefined ? derived : readPort(name, text, 9101);
      if (chosen !== 0 && chosen === publicPort) {
        throw new BadSetting(
          `${name} is ${chosen}, the same as PORT: set one of them to another port, health and metrics are never public`,
        );
      }
      return chosen;
    },
  };
}

/** The address to listen on, or `undefined` for all interfaces. */
export function host(): Setting<string | undefined> {
  return {
    read(name, text) {
      if (text === undefined || HOST.test(text)) return text;
      throw new BadSetting(
        `${name} is not a host name or an IP address: ${quoted(text)} (expected for example 127.0.0.1, or nothing for all interfaces)`,
      );
    },
  };
}
