import type { JSONWebKeySet } from "jose";
import { isObject } from "../contracts/document.ts";
import { readKeySet } from "../login/key-set.ts";
import type { IssuerProfile } from "./profile.ts";
import { TENANT } from "./tenants.ts";

/** Where an issuer's metadata is. */
export function discoveryOf({ issuer, discovery }: IssuerProfile): string {
  // Entra ID's metadata for all its tenants.
  const base = issuer.replace(TENANT, "organizations").replace(/\/$/, "");
  return discovery ?? `${base}/.well-known/openid-configuration`;
}

/**
 * Gets an issuer's keys from their address, or from the one that its metadata names.
 * @throws Error when there is no usable key set, and when the metadata is another issuer's
 */
export async function fetchKeys(
  profile: IssuerProfile,
  fetchJson: (url: string) => Promise<unknown>,
): Promise<JSONWebKeySet> {
  const { keys } = readKeySet(await fetchJson(profile.keys ?? (await discoverKeys(profile, fetchJson))));
  // Entra ID says with some keys whose tokens they sign: those of personal accounts, for example.
  return { keys: keys.filter((key) => !("issuer" in key) || key.issuer === profile.issuer) };
}

async function discoverKeys(
  profile: IssuerProfile,
  fetchJson: (url: string) => Promise<unknown>,
): Promise<string> {
  const metadata = await fetchJson(discoveryOf(profile));
  const { issuer, jwks_uri: keys } = isObject(metadata) ? metadata : {};
  // OpenID Connect Discovery 1.0, section 4.3: it must be the same to the letter.
  if (issuer !== profile.issuer) {
    throw new Error(`its metadata is of the issuer ${JSON.stringify(issuer)}`);
  }
  const isSafe = typeof keys === "string" && (/^https:/i.test(keys) || !/^https:/i.test(profile.issuer));
  if (typeof keys !== "string" || !isSafe) throw new Error("its metadata has no https:// address of keys");
  return keys;
}
