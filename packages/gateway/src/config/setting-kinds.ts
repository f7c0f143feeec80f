import { isIP } from "node:net";
import { BadSetting } from "@triptych/service-kit";
import type { Setting } from "@triptych/service-kit";

/** Text that must be set. `example` stands in the complaint. */
export function text(what: string, example: string): Setting<string> {
  return {
    read(name, value) {
      if (value !== undefined) return value;
      throw new BadSetting(`${name} is missing: set it to ${what}, for example ${example}`);
    },
  };
}

/** Text that may be missing. */
export function optionalText(): Setting<string | undefined> {
  return { read: (_name, value) => value };
}

/** Text with a default. */
export function textOr(fallback: string): Setting<string> {
  return { read: (_name, value) => value ?? fallback };
}

/**
 * One address on the web, as written, that must be set. `http:` is for development: in production it is refused, since
 * who can change what comes over it can log in as anybody. Declare it after `NODE_ENV`.
 */
export function webAddress(what: string, example: string): Setting<string> {
  return {
    read(name, value, earlier) {
      if (value === undefined) {
        throw new BadSetting(`${name} is missing: set it to ${what}, for example ${example}`);
      }
      const protocol = URL.canParse(value) ? new URL(value).protocol : "";
      if (protocol === "https:" || (protocol === "http:" && earlier.get("NODE_ENV") !== "production")) {
        return value;
      }
      throw new BadSetting(`${name} must be an https:// address, for example ${example}`);
    },
  };
}

/** The origin that browsers see. Declare it after `NODE_ENV`. */
export function webOrigin(what: string, example: string): Setting<string> {
  const address = webAddress(what, example);
  return {
    read(name, value, earlier) {
      const { origin } = new URL(address.read(name, value, earlier));
      if (value === origin) return origin;
      throw new BadSetting(`${name} must be an origin without a path or a slash at its end: ${origin}`);
    },
  };
}

/** Addresses and networks, comma-separated: `127.0.0.1,10.0.0.0/8`. None where it is not set. */
export function networks(): Setting<string[]> {
  return {
    read(name, value) {
      const entries = value === undefined ? [] : value.split(",").map((entry) => entry.trim());
      if (entries.every(isNetwork)) return entries;
      throw new BadSetting(
        `${name} must list IP addresses and networks, separated by commas, for example 127.0.0.1,10.0.0.0/8`,
      );
    },
  };
}

function isNetwork(entry: string): boolean {
  const [address = "", bits, ...more] = entry.split("/");
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
