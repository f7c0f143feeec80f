export { isFields, readDocument, fieldsAt, listAt, resolved } from "./document.ts";
export type { Fields } from "./document.ts";
export { playerOf } from "./play.ts";
export type { Player } from "./play.ts";
export { playedApp, playedSecrets } from "./played-app.ts";
export type { PlayedApp } from "./played-app.ts";
