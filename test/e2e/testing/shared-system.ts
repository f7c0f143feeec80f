import { after } from "node:test";
import { startSystem } from "./system.ts";
import type { System } from "./system.ts";

let shared: Promise<System> | undefined;

/**
 * The system that the test files of one process share, since starting it takes seconds of CPU time.
 * Each suite gets it with a web BFF that has seen no fault, and with services that behave and have
 * forgotten their calls. What commands did to the orders stays.
 */
export async function freshSystem(): Promise<System> {
  shared ??= startSystem(["web-bff", "mobile-bff"]);
  const system = await shared;
  await system.recoverWeb();
  await system.forgetCalls();
  return system;
}

// This hook is registered at the import, outside of all suites: it runs after those of all files.
after(async () => (await shared)?.[Symbol.asyncDispose]());
