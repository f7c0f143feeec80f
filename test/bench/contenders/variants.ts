import { join } from "node:path";
import { WEB, appProgram } from "../processes/apps.ts";
import type { Contender } from "./contender.ts";

const FOLDER = join(import.meta.dirname, "../variants");

/** The web BFF, whose catalog is kept or not. */
export function webBffWithCatalog(cache: boolean): Contender {
  return variant(cache ? "catalog kept" : "catalog not kept", "caching", { CATALOG_CACHE: String(cache) });
}

/** The web BFF with room for thousands of pages in flight. */
export const ROOMY_WEB_BFF: Contender = variant("web-bff with room", "roomy", {});

function variant(name: string, folder: string, more: Readonly<Record<string, string>>): Contender {
  return {
    name,
    app: WEB,
    peer: false,
    program(services, gateway) {
      const { env } = appProgram(WEB, services, gateway);
      return { command: [join(FOLDER, folder, "main.ts")], env: { ...env, ...more } };
    },
  };
}
