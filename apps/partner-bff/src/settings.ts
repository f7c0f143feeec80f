import {
  adminPort,
  choice,
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
import type { Setting, SettingsOf } from "@triptych/service-kit";

/** What this BFF reads from its environment. Addresses and keys have no default: a wrong one must not go unnoticed. */
export const SETTINGS = {
  PORT: port({ default: 8103 }),
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
  GRAPHQL_INTROSPECTION: onUnlessProduction(),
  TRUSTED_DOCUMENTS_ONLY: choice(["true", "false"], { default: "false" }),
};

export type Settings = SettingsOf<typeof SETTINGS>;

/** `true` or `false`; where it is not set, what only development may have. Stands after `NODE_ENV`. */
function onUnlessProduction(): Setting<"true" | "false"> {
  return {
    read: (name, text, earlier) =>
      choice(["true", "false"], {
        default: earlier.get("NODE_ENV") === "production" ? "false" : "true",
      }).read(name, text, earlier),
  };
}
