import { BadSetting, quoted, type Setting } from "./setting.ts";

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
// The URL parser drops tabs and line ends and takes a backslash for a slash: no address is meant to hold one.
const STRAY = /[\s\\\p{Cc}]/u;

/** An address as a complaint may show it: nothing that could be a password or a token. */
function shown(text: string): string {
  if (text.includes("@")) return "(not shown, it may hold a password)";
  const end = text.search(/[?#]/);
  return quoted(end === -1 ? text : `${text.slice(0, end)}${text.charAt(end)}…`);
}

function parseUrl(name: string, text: string, protocols: readonly string[]): URL {
  const schemes = protocols.map((protocol) => `${protocol}//`).join(" or ");
  if (!STRAY.test(text) && SCHEME.test(text)) {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url !== undefined && url.hostname !== "") {
      if (protocols.includes(url.protocol)) return url;
      throw new BadSetting(`${name} must start with ${schemes}: ${shown(text)}`);
    }
  }
  const guess = `${protocols[0] ?? "http:"}//${text}`;
  const likely = !STRAY.test(text) && !SCHEME.test(text) && /^[^@?#]+$/.test(text) && URL.canParse(guess);
  const hint = likely ? `did you mean ${guess}?` : `expected an address that starts with ${schemes}`;
  throw new BadSetting(`${name} is not a URL: ${shown(text)} (${hint})`);
}

function readOrigin(name: string, text: string): string {
  const url = parseUrl(name, text, ["http:", "https:"]);
  if (url.username !== "" || url.password !== "") {
    throw new BadSetting(
      `${name} holds credentials: remove the user and password, services are called by identity`,
    );
  }
  if (/[?#]/.test(text)) {
    throw new BadSetting(
      `${name} has a query or a fragment: ${shown(text)} (only the origin is set: ${url.origin})`,
    );
  }
  if (url.pathname !== "/") {
    throw new BadSetting(
      `${name} has a path: ${shown(text)} (paths belong to the service's contract, only the origin is set: ${url.origin})`,
    );
  }
  return url.origin;
}

/**
 * The origins of one service's instances, comma-separated: `http` or `https`, no credentials, path, query
 * or fragment. Must be set. `example` stands in the complaint where it is not.
 */
export function urls(options: { readonly example?: string } = {}): Setting<string[]> {
  return {
    read(name, text) {
      if (text === undefined) {
        const service = name.replace(/_URLS?$/, "").toLowerCase();
        const example = options.example ?? "http://127.0.0.1:9001";
        throw new BadSetting(
          `${name} is missing: set it to the address of the ${service} service, for example ${example}`,
        );
      }
      const origins = text.split(",").map((entry) => {
        if (entry.trim() !== "") return readOrigin(name, entry.trim());
        throw new BadSetting(`${name} has an empty entry: remove the comma too many`);
      });
      const twice = origins.find((origin, index) => origins.indexOf(origin) !== index);
      if (twice === undefined) return origins;
      throw new BadSetting(`${name} lists ${quoted(twice)} twice: remove one`);
    },
  };
}

/**
 * One address that may be missing, kept as it is written. Its value is never shown in a complaint beyond
 * what cannot be secret. `protocols` is `["http:", "https:"]` where it is not given.
 */
export function optionalUrl(
  options: { readonly protocols?: readonly string[] } = {},
): Setting<string | undefined> {
  const protocols = options.protocols ?? ["http:", "https:"];
  return {
    read(name, text) {
      if (text !== undefined) parseUrl(name, text, protocols);
      return text;
    },
  };
}

/** Where Redis is: `redis://` or `rediss://`, with credentials if it wants them. May be missing. */
export function redisUrl(): Setting<string | undefined> {
  return optionalUrl({ protocols: ["redis:", "rediss:"] });
}
