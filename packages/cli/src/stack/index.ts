export { ROOT, bffsIn } from "../repository.ts";
export { startStack } from "./start-stack.ts";
export type { Stack, StackOptions } from "./start-stack.ts";
export { largeIn, smallIn, StackError } from "./roles.ts";
export type { Role, RoleName } from "./roles.ts";
export { createKeySource } from "../identity/keys.ts";
export { gatewayFiles } from "./gateway-files.ts";
export { DEFAULT_USERS, planServices } from "./services.ts";
export { visit } from "./recording.ts";
