import { settingsWithoutBffs } from "@triptych/gateway";
import { CONTRACTS_DIR } from "@triptych/gateway-app";
import { SETTINGS as MOBILE } from "@triptych/mobile-bff";
import { SETTINGS as PARTNER } from "@triptych/partner-bff";
import { port } from "@triptych/service-kit";
import type { Setting, SettingsOf } from "@triptych/service-kit";
import { SETTINGS as WEB } from "@triptych/web-bff";

// The keys of their identities stand in the gateway's file alone.
const { IDENTITY_KEYS: _keys, ...bffs } = { ...MOBILE, ...PARTNER, ...WEB };

/** What this process reads from its environment: the settings of its parts, under the same names, and its certificate. */
export const SETTINGS = {
  ...bffs,
  ...settingsWithoutBffs(CONTRACTS_DIR),
  PORT: port({ default: 8080 }),
  TLS_CERT_FILE: optionalFile(),
  TLS_KEY_FILE: optionalFile(),
};

export type Settings = SettingsOf<typeof SETTINGS>;

/** A file's path. Without one, this process speaks HTTP alone, and something in front of it has to speak TLS. */
function optionalFile(): Setting<string | undefined> {
  return { read: (_name, value) => value };
}
