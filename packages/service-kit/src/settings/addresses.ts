import { BadSetting, quoted } from "./read-settings.ts";
import type { Setting } from "./read-settings.ts";

const HIGHEST_PORT = 65_535;
const ADMIN_OFFSET = 1_000;
const EXAMPLE = "http://127.0.0.1:9001";
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
    about: `the port to listen on, 0 for a free one; ${options.default === undefined ? "required" : `default ${options.default}`}`,
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
    about: `the port of /healthz, /readyz and /metrics, never a public one; default PORT + ${ADMIN_OFFSET}`,
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
    about: "the address to listen on; default all",
    read(name, text) {
      if (text === undefined || HOST.test(text)) return text;
      throw new BadSetting(
        `${name} is not a host name or an IP address: ${quoted(text)} (expected for example 127.0.0.1, or nothing for all interfaces)`,
      );
    },
  };
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
// The URL parser drops tabs and line ends and takes a backslash for a slash: no address is meant to
// hold one.
const STRAY = /[\s\\\p{Cc}]/u;

/** An address as a complaint may show it: nothing that could be a password or a token. */
function shown(text: string): string {
  if (text.includes("@")) return "(not shown, it may hold a password)";
  const end = text.search(/[?#]/);
  return quoted(end === -1 ? text : `${text.slice(0, end)}${text.charAt(end)}…`);
}

function parseUrl(text: string): URL | undefined {
  const url = STRAY.test(text) || !SCHEME.test(text) ? null : URL.parse(text);
  return url === null || url.hostname === "" ? undefined : url;
}

/** `localhost:9001` was meant to be `http://localhost:9001`. */
function hint(text: string): string {
  const guess = `http://${text}`;
  const forgotten = !/^https?[:/]|[@?#]/i.test(text) && !SCHEME.test(text) && parseUrl(guess) !== undefined;
  return forgotten ? `did you mean ${guess}?` : "expected for example http://127.0.0.1:9001";
}

function readAddress(name: string, text: string, allowsPath: boolean): string {
  const url = parseUrl(text);
  if (url === undefined) throw new BadSetting(`${name} is not a URL: ${shown(text)} (${hint(text)})`);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new BadSetting(`${name} must start with http:// or https://: ${shown(text)}`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new BadSetting(
      `${name} holds credentials: remove the user and password, services are called by identity`,
    );
  }
  if (/[?#]/.test(text)) {
    throw new BadSetting(`${name} has a query or a fragment: ${shown(text)} (the address ends before it)`);
  }
  if (url.pathname !== "/" && !allowsPath) {
    throw new BadSetting(
      `${name} has a path: ${shown(text)} (paths belong to the service's contract, only the origin is set: ${url.origin})`,
    );
  }
  let path = url.pathname;
  while (path.endsWith("/")) path = path.slice(0, -1);
  return `${url.origin}${path}`;
}

/**
 * The addresses of one service's instances, comma-separated: `http` or `https`, no credentials,
 * query or fragment. Required; `example` is shown in the complaint when it is missing.
 *
 * @param options.basePath whether an address may have a path. Default false
 */
export function urls({
  example = EXAMPLE,
  basePath = false,
}: { readonly example?: string; readonly basePath?: boolean } = {}): Setting<string[]> {
  return {
    about: `the origins of its instances, comma-separated, such as ${example}; required`,
    read(name, text) {
      if (text === undefined) {
        const service = name.replace(/_URLS?$/, "").toLowerCase();
        throw new BadSetting(
          `${name} is missing: set it to the address of the ${service} service, for example ${example}`,
        );
      }
      const origins = text.split(",").map((entry) => {
        if (entry.trim() !== "") return readAddress(name, entry.trim(), basePath);
        throw new BadSetting(`${name} has an empty entry: remove the comma too many`);
      });
      const twice = origins.find((origin, index) => origins.indexOf(origin) !== index);
      if (twice === undefined) return origins;
      throw new BadSetting(`${name} lists ${quoted(twice)} twice: remove one`);
    },
  };
}

/**
 * One address that may be missing, kept as it is written. A complaint never shows it: such
 * addresses often hold a password.
 */
function optionalUrl(about: string, protocols: readonly string[]): Setting<string | undefined> {
  const expected = protocols.map((protocol) => `${protocol}//`).join(" or ");
  return {
    about,
    read(name, text) {
      if (text === undefined || protocols.includes(parseUrl(text)?.protocol ?? "")) return text;
      throw new BadSetting(
        `${name} is not a URL that starts with ${expected} (the value is not shown, it may hold a password)`,
      );
    },
  };
}

/** Where Redis is: `redis://` or `rediss://`, with credentials if it wants them. May be missing. */
export function redisUrl(): Setting<string | undefined> {
  const about = "what instances share is kept in Redis, redis:// or rediss://; default in each process";
  return optionalUrl(about, ["redis:", "rediss:"]);
}

/** Where spans go, by OTLP over HTTP. May be missing. */
export function traceEndpoint(): Setting<string | undefined> {
  const about = "where spans go, by OTLP over HTTP, such as http://127.0.0.1:4318; default nowhere";
  return optionalUrl(about, ["http:", "https:"]);
}
