import { SETTINGS as GATEWAY } from "@triptych/gateway";
import { SETTINGS as MOBILE } from "@triptych/mobile-bff";
import { SETTINGS as PARTNER } from "@triptych/partner-bff";
import { port } from "@triptych/service-kit";
import type { Setting, SettingsOf } from "@triptych/service-kit";
import { SETTINGS as WEB } from "@triptych/web-bff";

// In one process no BFF has an address, and the keys of their identities stand in the gateway's file alone.
const { WEB_BFF_URL: _web, MOBILE_BFF_URL: _mobile, PARTNER_BFF_URL: _partner, ...gateway } = GATEWAY;
const { IDENTITY_KEYS: _webKeys, ...web } = WEB;
const { IDENTITY_KEYS: _mobileKeys, ...mobile } = MOBILE;
const { IDENTITY_KEYS: _partnerKeys, ...partner } = PARTNER;

/** What this process reads from its environment: the settings of its parts, under the same names, and its certificate. */
export const SETTINGS = {
  ...web,
  ...mobile,
  ...partner,
  ...gateway,
  PORT: port({ default: 8080 }),
  TLS_CERT_FILE: optionalFile(),
  TLS_KEY_FILE: optionalFile(),
};

export type Settings = SettingsOf<typeof SETTINGS>;

/** A file's path. Without one, this process speaks HTTP alone, and something in front of it has to speak TLS. */
function optionalFile(): Setting<string | undefined> {
  return { read: (_name, value) => value };
}
