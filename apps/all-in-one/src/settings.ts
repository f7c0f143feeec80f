import { settingsWithoutBffs } from "@triptych/gateway";
import { CONTRACTS_DIR, ROUTES } from "@triptych/gateway-app";
import { bff as mobile } from "@triptych/mobile-bff";
import { bff as partner } from "@triptych/partner-bff";
import { port } from "@triptych/service-kit";
import type { Setting, SettingsOf } from "@triptych/service-kit";
import { bff as web } from "@triptych/web-bff";

// The keys of their identities are in the gateway's file.
const { IDENTITY_KEYS: _keys, ...bffs } = { ...mobile.settings, ...partner.settings, ...web.settings };

/** What this process reads from its environment: its parts' settings, and its certificate. */
export const SETTINGS = {
  ...bffs,
  ...settingsWithoutBffs(ROUTES, CONTRACTS_DIR),
  PORT: port({ default: 8080 }),
  TLS_CERT_FILE: optionalFile(),
  TLS_KEY_FILE: optionalFile(),
};

/** The values of these settings. */
export type Settings = SettingsOf<typeof SETTINGS>;

/** A file's path. Without one this process speaks plain HTTP, and something in front speaks TLS. */
function optionalFile(): Setting<string | undefined> {
  return { read: (_name, value) => value };
}
