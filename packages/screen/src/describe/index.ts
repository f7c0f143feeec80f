export type { AboutApp } from "./about.ts";
export { describeScreens } from "./describe-screens.ts";
export type { OpenApiDocument } from "./describe-screens.ts";
