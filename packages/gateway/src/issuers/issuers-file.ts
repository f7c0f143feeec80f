import { readFileSync } from "node:fs";
import { SettingsError } from "@triptych/service-kit";
import { Ajv } from "ajv";
import type { ErrorObject } from "ajv";
import { parse } from "yaml";
import { FORM_NAMES, FORMS, LONGEST_TOKEN_LIFE_S } from "./profile.ts";
import type { FormName, IssuerProfile, TokenForm } from "./profile.ts";
import { isWebAddress } from "../settings.ts";
import type { Settings } from "../settings.ts";
import { TENANT } from "./tenants.ts";

/** An entry of the file: what differs from the ready form. */
type Entry = Omit<IssuerProfile, keyof TokenForm | "prefix"> &
  Partial<TokenForm> & { readonly profile?: FormName; readonly prefix?: string };

const TEXT = { type: "string", minLength: 1 };
const TEXTS = { type: "array", items: TEXT, minItems: 1 };

const isFile = new Ajv({ allErrors: true, strictRequired: false }).compile<{
  readonly issuers: readonly Entry[];
}>({
  type: "object",
  required: ["issuers"],
  additionalProperties: false,
  properties: {
    issuers: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        required: ["issuer"],
        additionalProperties: false,
        anyOf: [{ required: ["audience"] }, { required: ["clients"] }],
        properties: {
          issuer: TEXT,
          profile: { enum: FORM_NAMES },
          discovery: TEXT,
          keys: TEXT,
          tenants: { anyOf: [{ const: "any" }, TEXTS] },
          audience: TEXTS,
          clients: TEXTS,
          prefix: { type: "string", pattern: "^[\\x21-\\x7e]{0,64}$" },
          types: { type: "array", items: { type: "string", pattern: "^[A-Za-z0-9.+-]+$" }, minItems: 1 },
          tokenId: TEXT,
          tokenIdRequired: { type: "boolean" },
          longestLifeSeconds: { type: "integer", minimum: 60, maximum: LONGEST_TOKEN_LIFE_S },
          clientClaims: TEXTS,
          subject: TEXT,
          loginSubject: TEXT,
          loginScope: TEXT,
          scope: TEXT,
          require: { type: "object", additionalProperties: { type: "string" } },
          claims: { type: "object", additionalProperties: { anyOf: [TEXT, TEXTS] } },
        },
      },
    },
  },
});

/**
 * Reads the issuers whose tokens are accepted: `{"issuers": [{"issuer", "profile"?, "audience" or
 * "clients", …}]}`, as JSON or YAML.
 *
 * @param mayBePlain whether addresses may be `http:`, which production refuses
 * @throws Error that names the bad entry
 */
export function readIssuers(text: string, mayBePlain: boolean): IssuerProfile[] {
  const file: unknown = parse(text);
  if (!isFile(file)) throw new Error((isFile.errors ?? []).map(explain).join("; "));
  const entries = file.issuers;
  for (const [index, entry] of entries.entries()) {
    const refuse = (complaint: string) => new Error(`issuers entry ${index + 1}: ${complaint}`);
    for (const address of [entry.issuer, entry.discovery, entry.keys]) {
      if (address !== undefined && !isWebAddress(address, mayBePlain)) {
        throw refuse(`"${address}" must be an https:// address`);
      }
    }
    if (entry.issuer.includes(TENANT) !== (entry.tenants !== undefined)) {
      throw refuse(`tenants, a list or "any", go with an issuer that has ${TENANT}`);
    }
    if (entries.findIndex(({ issuer }) => issuer === entry.issuer) !== index) {
      throw refuse(`the issuer ${entry.issuer} stands there twice`);
    }
    if (entries.length > 1 && entry.prefix === undefined) {
      throw refuse('of several issuers each needs a prefix for its users\' ids, such as "staff:", or ""');
    }
  }
  return entries.map(profileOf);
}

function profileOf({ profile = "rfc9068", prefix = "", ...entry }: Entry): IssuerProfile {
  const form = FORMS[profile];
  // Media types: `JWT` is `jwt` (RFC 7515, section 4.1.9).
  const types = (entry.types ?? form.types).map((type) => type.toLowerCase());
  return { ...form, ...entry, types, prefix, claims: { ...form.claims, ...entry.claims } };
}

/**
 * The issuers of `ISSUERS_FILE`, or the one of the settings `OIDC_…`.
 * @throws SettingsError when the file cannot be used
 */
export function profilesOf(settings: Settings): IssuerProfile[] {
  const { ISSUERS_FILE: file, OIDC_AUDIENCE: audience } = settings;
  if (settings.OIDC_ISSUER.includes(TENANT)) {
    throw new SettingsError([`OIDC_ISSUER must name a tenant in place of ${TENANT}: people log in at one`]);
  }
  if (file === undefined) {
    const checked =
      audience === undefined ? { clients: [settings.OIDC_CLIENT_ID] } : { audience: [audience] };
    const { OIDC_ISSUER: issuer, OIDC_JWKS_URL: keys } = settings;
    return [{ ...FORMS[settings.OIDC_PROFILE], issuer, keys, ...checked, prefix: "" }];
  }
  try {
    return readIssuers(readFileSync(file, "utf8"), settings.NODE_ENV !== "production");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "it cannot be read";
    throw new SettingsError([`${file} cannot be used: ${why}`]);
  }
}

function explain({ instancePath, message = "is wrong", params }: ErrorObject): string {
  const place = instancePath === "" ? "it" : instancePath.slice(1).replaceAll("/", " ");
  const unknown: unknown = params["additionalProperty"];
  return typeof unknown === "string" ? `${place} has an unknown member "${unknown}"` : `${place} ${message}`;
}
