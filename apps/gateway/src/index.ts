import { fileURLToPath } from "node:url";
import { gatewaySettings } from "@triptych/gateway";
import { ROUTES } from "./routes.ts";

export { ROUTES };

/** The repository's root: the route table's contract files are relative to it. */
export const CONTRACTS_DIR = fileURLToPath(new URL("../../..", import.meta.url));

/** What this gateway reads from its environment. */
export const SETTINGS = gatewaySettings(ROUTES, CONTRACTS_DIR);
