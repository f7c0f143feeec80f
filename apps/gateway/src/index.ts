// For the all-in-one app and for tests: `main.ts` runs this gateway as a process of its own.
export { ROUTES } from "./routes.ts";
export { CONTRACTS_DIR, SETTINGS } from "./settings.ts";
