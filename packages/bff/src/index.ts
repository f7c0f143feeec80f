export { createApp } from "./app.ts";
export type { App, AppOptions } from "./app.ts";
export { defineBff } from "./define-bff.ts";
export type { Answers, AnswerTools, Bff, BffOptions, SettingValues } from "./define-bff.ts";
export { screens } from "./screens.ts";
export type { ScreensOptions } from "./screens.ts";
export { startBff } from "./start.ts";
export type { ClientsOf, Service, UpstreamTable, UpstreamUse } from "./upstreams.ts";
