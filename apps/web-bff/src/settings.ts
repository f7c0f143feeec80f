import {
  adminPort,
  drainDelay,
  host,
  identityKeys,
  logLevel,
  nodeEnv,
  optionalUrl,
  port,
  redisUrl,
  urls,
} from "@triptych/service-kit";
import type { SettingsOf } from "@triptych/service-kit";

/** What this BFF reads from its environment. Addresses and keys have no default: a wrong one must not go unnoticed. */
export const SETTINGS = {
  PORT: port({ default: 8101 }),
  ADMIN_PORT: adminPort(),
  HOST: host(),
  DRAIN_DELAY_MS: drainDelay(),
  USERS_URL: urls({ example: "http://127.0.0.1:9001" }),
  ORDERS_URL: urls({ example: "http://127.0.0.1:9002" }),
  RECOMMENDATIONS_URL: urls({ example: "http://127.0.0.1:9003" }),
  CATALOG_URL: urls({ example: "http://127.0.0.1:9004" }),
  IDENTITY_KEYS: identityKeys(),
  REDIS_URL: redisUrl(),
  LOG_LEVEL: logLevel(),
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalUrl(),
  NODE_ENV: nodeEnv(),
};

export type Settings = SettingsOf<typeof SETTINGS>;
