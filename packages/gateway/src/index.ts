export { gatewaySettings, settingsWithoutBffs } from "./settings.ts";
export type { Settings } from "./settings.ts";
export { differencesOf } from "./shadow/differences.ts";
export type { Compared, Difference } from "./shadow/differences.ts";
export { createPages } from "./pages.ts";
export { openGateway, startGateway } from "./start.ts";
export type { OpenGateway } from "./start.ts";
export type { Cors, Limit, Route, RouteTable, ShadowShare } from "./table/route.ts";
