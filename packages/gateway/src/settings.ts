import { isIP } from "node:net";
import {
  adminPort,
  commit,
  BadSetting,
  choice,
  drainDelay,
  host,
  logLevel,
  nodeEnv,
  number,
  optionalText,
  port,
  redisUrl,
  tracingSettings,
  urls,
} from "@triptych/service-kit";
import type { Setting, SettingsOf } from "@triptych/service-kit";
import { isTextList } from "./contracts/document.ts";
import { LONGEST_IDLE_S } from "./credentials/session.ts";
import { FORM_NAMES } from "./issuers/profile.ts";
import { bffsOf } from "./table/route.ts";
import type { RouteTable } from "./table/route.ts";

/** The settings of every gateway, besides the addresses of its targets. */
function usualSettings(contractsDir: string) {
  return {
    NODE_ENV: nodeEnv(),
    PORT: port({ default: 8080 }),
    ADMIN_PORT: adminPort(),
    HOST: host(),
    DRAIN_DELAY_MS: drainDelay(),
    // Files, because a running process can read a file again but never gets a new environment.
    KEYS_FILE: text("the file of the gateway's signing keys", "/run/secrets/gateway-keys.json"),
    API_KEYS_FILE: text("the file of the partners' hashed API keys", "/etc/gateway/api-keys.json"),
    CONTRACTS_DIR: textOr("the folder of the contracts that requests are checked against", contractsDir),
    ISSUERS_FILE: optionalText("the file of the issuers whose tokens are accepted; default only OIDC_ISSUER"),
    OIDC_PROFILE: choice(FORM_NAMES, {
      default: "rfc9068",
      about: "how OIDC_ISSUER writes its tokens, without ISSUERS_FILE",
    }),
    OIDC_ISSUER: webAddress("the identity provider's issuer", "https://login.example"),
    OIDC_JWKS_URL: optional(
      "the address of the identity provider's keys; default by discovery",
      webAddress("an address", "https://login.example/jwks"),
    ),
    OIDC_AUDIENCE: audience(),
    OIDC_CLIENT_ID: text("the id under which this gateway logs people in", "web"),
    OIDC_CLIENT_SECRET: optionalText("the secret of OIDC_CLIENT_ID; default none, a public client"),
    OIDC_SCOPE: optionalText("the scopes that a login asks for; default the profile's, such as openid"),
    SESSION_IDLE_S: seconds({
      least: 60,
      most: LONGEST_IDLE_S,
      default: 43_200,
      about: "seconds after which a browser's session ends if no request comes",
    }),
    SESSION_LIFE_S: seconds({
      least: 60,
      most: 2_592_000,
      default: 43_200,
      about: "seconds from the login after which a browser's session ends in any case",
    }),
    PUBLIC_ORIGIN: webOrigin("the address that browsers see", "https://shop.example"),
    TRUSTED_PROXIES: networks(),
    REDIS_URL: redisUrl(),
    REVOCATIONS_FILE: optionalText("where revocations are kept without Redis; default only in memory"),
    START_WITHOUT_REVOCATIONS: choice(["no", "yes"], {
      default: "no",
      about: "whether it is ready before it knows what was revoked",
    }),
    LOG_LEVEL: logLevel(),
    COMMIT: commit(),
    ...tracingSettings(),
  };
}

/** What a gateway declares; the targets' addresses are among the settings under their names. */
export type SettingsSpec = ReturnType<typeof usualSettings>;

/** The values of these settings. */
export type Settings = SettingsOf<SettingsSpec>;

/**
 * What a gateway reads from its environment. Addresses and keys have no default, so a missing one
 * shows at start-up.
 *
 * @param table whose targets each need an address: `WEB_BFF_URL` for `web-bff`, `USERS_URL` for
 *   `users`
 * @param contractsDir the default of `CONTRACTS_DIR`, to which the table's contract files are
 *   relative
 */
export function gatewaySettings(table: RouteTable, contractsDir: string): SettingsSpec {
  return { ...addressSettings(table, Object.keys(table.targets)), ...usualSettings(contractsDir) };
}

/** The same without the BFFs' addresses, for a process in which the BFFs run too. */
export function settingsWithoutBffs(table: RouteTable, contractsDir: string): SettingsSpec {
  const bffs = bffsOf(table);
  const services = Object.keys(table.targets).filter((name) => !bffs.includes(name));
  return { ...addressSettings(table, services), ...usualSettings(contractsDir) };
}

/** A target's address, or that of its second version, with which some requests are compared. */
type Version = "first" | "shadow";

function addressSetting(target: string, version: Version): string {
  const name = version === "first" ? target : `${target}-shadow`;
  return `${name.toUpperCase().replaceAll("-", "_")}_URL`;
}

/**
 * The addresses of a table's targets, or of their second versions. A target without a setting is
 * left out: it is an app of this process, or has no second version.
 */
export function addressesOf(
  settings: Readonly<Record<string, unknown>>,
  { targets }: RouteTable,
  version: Version = "first",
): [target: string, origins: readonly string[]][] {
  return Object.keys(targets).flatMap((name) => {
    const origins = settings[addressSetting(name, version)];
    return isTextList(origins) ? [[name, origins]] : [];
  });
}

function addressSettings(
  { routes }: RouteTable,
  targets: readonly string[],
): Readonly<Record<string, Setting<string[] | undefined>>> {
  const shadowed = targets.filter((name) => routes.some(({ target, shadow }) => shadow && target === name));
  const shadow = (target: string) =>
    optional(
      `the origins of a second version of ${target}, which a share of requests is compared with; default none`,
      urls(),
    );
  return Object.fromEntries([
    ...targets.map(
      (name) => [addressSetting(name, "first"), urls({ example: `http://${name}:8080` })] as const,
    ),
    ...shadowed.map((name) => [addressSetting(name, "shadow"), shadow(name)] as const),
  ]);
}

/** The same setting, but it may be missing. */
function optional<Value>(about: string, setting: Setting<Value>): Setting<Value | undefined> {
  return {
    about,
    read: (name, value, earlier) => (value === undefined ? undefined : setting.read(name, value, earlier)),
  };
}

/** Cookies and tokens have whole seconds. */
function seconds(options: Parameters<typeof number>[0]): Setting<number> {
  const setting = number(options);
  return { about: setting.about, read: (...given) => Math.floor(setting.read(...given)) };
}

/** Text that must be set. `what` and `example` are part of the complaint. */
function text(what: string, example: string): Setting<string> {
  return {
    about: `${what}, such as ${example}; required`,
    read(name, value) {
      if (value !== undefined) return value;
      throw new BadSetting(`${name} is missing: set it to ${what}, for example ${example}`);
    },
  };
}

/** Text with a default: a path, which differs from machine to machine and is not shown. */
function textOr(about: string, fallback: string): Setting<string> {
  return { about: `${about}; default the repository's`, read: (_name, value) => value ?? fallback };
}

/** Whether a text is an `https:` address, or an `http:` one where that is allowed. */
export function isWebAddress(text: string, mayBePlain: boolean): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === "https:" || (mayBePlain && protocol === "http:");
}

/**
 * An address that must be set, kept as it is written. Production refuses `http:`: whoever can
 * change what arrives over it can log in as any user. Declare it after `NODE_ENV`.
 */
function webAddress(what: string, example: string): Setting<string> {
  return {
    about: `${what}, such as ${example}; required, https: in production`,
    read(name, given, earlier) {
      const value = text(what, example).read(name, given, earlier);
      if (isWebAddress(value, earlier.get("NODE_ENV") !== "production")) return value;
      throw new BadSetting(`${name} must be an https:// address, for example ${example}`);
    },
  };
}

/** Declare it after `ISSUERS_FILE` and `OIDC_PROFILE`. */
function audience(): Setting<string | undefined> {
  const required = text("the audience that access tokens for this API carry", "https://api.example");
  return {
    about:
      "the audience that access tokens for this API carry, such as https://api.example; not needed with ISSUERS_FILE, nor for keycloak and cognito, whose tokens are checked for OIDC_CLIENT_ID",
    read(name, value, earlier) {
      const profile = earlier.get("OIDC_PROFILE");
      const byClient = profile === "keycloak" || profile === "cognito";
      if (value === undefined && (earlier.get("ISSUERS_FILE") !== undefined || byClient)) return undefined;
      return required.read(name, value, earlier);
    },
  };
}

/** The origin that browsers see. Declare it after `NODE_ENV`. */
function webOrigin(what: string, example: string): Setting<string> {
  const address = webAddress(what, example);
  return {
    about: address.about,
    read(name, value, earlier) {
      const { origin } = new URL(address.read(name, value, earlier));
      if (value === origin) return origin;
      throw new BadSetting(`${name} must be an origin without a path or a slash at its end: ${origin}`);
    },
  };
}

/** IP addresses and networks, comma-separated: `127.0.0.1,10.0.0.0/8`. Unset means none. */
function networks(): Setting<string[]> {
  return {
    about: "whose X-Forwarded-For is believed: addresses and networks, comma-separated; default none",
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
