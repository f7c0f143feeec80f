export type { AboutApp } from "./about.ts";
export { readExamples } from "./examples.ts";
export { describeScreens } from "./describe-screens.ts";
export type { OpenApiDocument } from "./describe-screens.ts";
