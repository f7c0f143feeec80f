import { adminPort, host, identityKeys, logLevel, nodeEnv, port, urls } from "@triptych/service-kit";
import type { SettingsOf } from "@triptych/service-kit";

/** What this BFF reads from its environment. Addresses and keys have no default: a wrong one must not go unnoticed. */
export const SETTINGS = {
  PORT: port({ default: 8101 }),
  ADMIN_PORT: adminPort(),
  HOST: host(),
  USERS_URL: urls(),
  ORDERS_URL: urls(),
  RECOMMENDATIONS_URL: urls(),
  CATALOG_URL: urls(),
  IDENTITY_KEYS: identityKeys(),
  LOG_LEVEL: logLevel(),
  NODE_ENV: nodeEnv(),
};

export type Settings = SettingsOf<typeof SETTINGS>;
