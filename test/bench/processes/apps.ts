import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { addressSettings } from "./services.ts";
import type { ServiceOrigins } from "./services.ts";
import type { Gateway } from "../load/gateway.ts";

/** The repository's root. */
export const ROOT = join(import.meta.dirname, "../../..");

/** One of the project's BFFs, and how its home page is asked for. */
export type App = {
  readonly name: "web-bff" | "mobile-bff" | "partner-bff";
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body: string | null;
};

export const WEB: App = { name: "web-bff", method: "GET", path: "/web/home-page", body: null };
export const MOBILE: App = { name: "mobile-bff", method: "GET", path: "/mobile/home", body: null };
export const PARTNER: App = {
  name: "partner-bff",
  method: "POST",
  path: "/partner/graphql",
  body: JSON.stringify({ query: homeQuery() }),
};
export const APPS: readonly App[] = [WEB, MOBILE, PARTNER];

/**
 * How to start it as it ships, with everything on.
 * @param root another checkout's; default this one's
 */
export function appProgram(app: App, services: ServiceOrigins, gateway: Gateway, root = ROOT) {
  const folder = join(root, "apps", app.name, "src");
  const start = join(root, "packages/service-kit/src/start.js");
  const main = join(folder, "main.ts");
  return {
    name: app.name,
    // Other checkouts may be older than it.
    command: existsSync(start) ? [start, main] : [main],
    env: {
      ...addressSettings(services),
      IDENTITY_KEYS: gateway.identityKeys,
      NODE_ENV: "production",
      LOG_LEVEL: "info",
    },
  };
}

/** The home page that partners registered. */
function homeQuery(): string {
  const folder = join(ROOT, "apps/partner-bff/contracts/operations");
  const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  const text = texts.find((candidate) => candidate.startsWith("query Home("));
  if (text === undefined) throw new Error(`expected a registered query named Home in ${folder}, found none`);
  return text;
}
