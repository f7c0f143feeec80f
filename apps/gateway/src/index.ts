export { createGateway } from "./app.ts";
export type { GatewayConfig } from "./app.ts";
export { connect } from "./connect.ts";
export type { Connected } from "./connect.ts";
export { ROUTES } from "./routes.ts";
export { SETTINGS } from "./settings.ts";
export type { Settings } from "./settings.ts";
export type { Target } from "./forward/forward.ts";
export type { Route, RouteTable } from "./table/route.ts";
