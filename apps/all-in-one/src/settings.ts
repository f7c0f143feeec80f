import { settingsWithoutBffs } from "@triptych/gateway";
import { CONTRACTS_DIR, ROUTES } from "@triptych/gateway-app";
import { bff as mobile } from "@triptych/mobile-bff";
import { bff as partner } from "@triptych/partner-bff";
import { optionalText, port } from "@triptych/service-kit";
import type { SettingsOf } from "@triptych/service-kit";
import { bff as web } from "@triptych/web-bff";

// The keys of their identities are in the gateway's file.
const { IDENTITY_KEYS: _keys, ...bffs } = { ...mobile.settings, ...partner.settings, ...web.settings };

/** What this process reads from its environment: its parts' settings, and its certificate. */
export const SETTINGS = {
  ...bffs,
  ...settingsWithoutBffs(ROUTES, CONTRACTS_DIR),
  PORT: port({ default: 8080 }),
  // Without them this process speaks plain HTTP, and something in front speaks TLS.
  TLS_CERT_FILE: optionalText("the certificate chain, PEM; default plain HTTP"),
  TLS_KEY_FILE: optionalText("the certificate's key, PEM; default plain HTTP"),
};

/** The values of these settings. */
export type Settings = SettingsOf<typeof SETTINGS>;
