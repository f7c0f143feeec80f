export { ownersIn } from "./model/owners.ts";
export type { OwnerOf } from "./model/request.ts";
export { openConsole } from "./server.ts";
export type { Console, ConsoleOptions } from "./server.ts";
export type { SampleUser, ShownPage, ShownProgram, System } from "./system.ts";
