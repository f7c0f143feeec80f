import type { IssuerProfile } from "./profile.ts";

/** The placeholder for the tenant in an issuer of many tenants, as in Entra ID's metadata. */
export const TENANT = "{tenantid}";

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The profile of one tenant. Its users' ids begin with the tenant, since a subject is unique within
 * a tenant only.
 *
 * @param profile whose issuer may have the place of a tenant
 * @param issuer `iss` of a token
 * @returns undefined where it is none of the profile's tenants
 */
export function ofTenant(profile: IssuerProfile, issuer: string): IssuerProfile | undefined {
  const { tenants, prefix, require } = profile;
  const [before, after] = profile.issuer.split(TENANT);
  if (before === undefined || after === undefined || tenants === undefined) return undefined;
  const tenant = issuer.slice(before.length, issuer.length - after.length);
  if (!GUID.test(tenant) || issuer !== `${before}${tenant}${after}`) return undefined;
  if (tenants !== "any" && !tenants.includes(tenant)) return undefined;
  return { ...profile, issuer, prefix: `${prefix}${tenant}.`, require: { ...require, tid: tenant } };
}
