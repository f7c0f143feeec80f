import { join } from "node:path";
import { PARTNER, WEB } from "../processes/apps.ts";
import type { App } from "../processes/apps.ts";
import { addressSettings } from "../processes/services.ts";
import type { Contender } from "./contender.ts";
import { dataOf } from "./data-of.ts";
import { HIVE_HOME, homePageOf } from "./hive-gateway.ts";

/** Not part of the workspaces: it has a package.json and a lockfile of its own. */
export const PEERS_FOLDER = join(import.meta.dirname, "../peers");

const MODULES = join(PEERS_FOLDER, "node_modules");
const OTEL_REGISTER = join(MODULES, "@opentelemetry/auto-instrumentations-node/dist/register.cjs");

export const FASTIFY_UNDICI = peer("fastify + undici.request", WEB, ["fastify-undici/main.ts"]);
export const EXPRESS_AXIOS = peer("express + axios", WEB, ["express-axios/main.ts"]);
export const NEST_AXIOS = peer("NestJS + @nestjs/axios", WEB, ["nestjs/dist/main.js"], {
  build: { folder: "nestjs", command: ["@swc/cli/bin/swc.js", "src", "-d", "dist", "--strip-leading-paths"] },
});
export const NEXT = peer("Next.js route handler", WEB, ["nextjs/main.ts"], {
  build: { folder: "nextjs", command: ["next/dist/bin/next", "build"] },
});
export const EXPRESS_OTEL = peer(
  "express + undici.request + OpenTelemetry's auto-instrumentation, not sampled",
  WEB,
  ["express-otel/main.cts"],
  {
    options: ["--require", OTEL_REGISTER],
    env: {
      OTEL_METRICS_EXPORTER: "none",
      OTEL_LOGS_EXPORTER: "none",
      // Else it asks the network which cloud it is in.
      OTEL_NODE_RESOURCE_DETECTORS: "none",
    },
  },
);
export const HIVE_GATEWAY = peer("Hive Gateway over OpenAPI", HIVE_HOME, ["hive-gateway/main.ts"], {
  build: {
    folder: "hive-gateway",
    command: ["@graphql-mesh/compose-cli/esm/bin.js", "-c", "mesh.config.ts", "-o", "supergraph.graphql"],
  },
  read: homePageOf,
});
export const APOLLO_DATASOURCE = peer(
  "Apollo Server + datasource-rest",
  PARTNER,
  ["apollo-datasource/main.ts"],
  {
    read: dataOf,
  },
);

type Extras = Pick<Contender, "build" | "read"> & {
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

function peer(name: string, app: App, program: readonly [string], extras: Extras = {}): Contender {
  const { options = [], env = {}, ...rest } = extras;
  return {
    ...rest,
    name,
    app,
    peer: true,
    program: (services) => ({
      command: [...options, join(PEERS_FOLDER, program[0]), "web"],
      env: { ...addressSettings(services), NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", ...env },
    }),
  };
}
