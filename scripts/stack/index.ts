export { ROOT, startStack } from "./start-stack.ts";
export type { Stack, StackOptions } from "./start-stack.ts";
export { StackError } from "./stack-error.ts";
export { largeIn, SMALL } from "./roles.ts";
export type { Role, RoleName } from "./roles.ts";
export { createKeySource } from "../identity/key-source.ts";
export { gatewayFiles } from "./front/gateway-files.ts";
export { bffsIn } from "../bffs/bffs-in.ts";
