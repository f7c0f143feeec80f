import { join } from "node:path";

/** The page's code is that of all contenders, outside of this folder. */
const root = join(import.meta.dirname, "../..");

/** @type {import("next").NextConfig} */
const config = { turbopack: { root }, outputFileTracingRoot: root };

export default config;
