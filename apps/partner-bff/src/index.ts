// For the all-in-one app: `main.ts` runs this BFF as a process of its own.
export { createApp } from "./app.ts";
export type { AppOptions } from "./app.ts";
export { readContract } from "./contract.ts";
export { SETTINGS } from "./settings.ts";
export { connectUpstreams } from "./upstreams.ts";
